using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

namespace OpenClaw.Core.Tests.Routing.Intents;

/// <summary>A real server that behaves well, badly, or not at all.</summary>
public sealed class EmbeddingsTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Topics = ["refund", "parcel", "password"];
    private readonly FakeCatalog _catalog = new();
    private readonly OutgoingCalls _calls = new(null, "127.0.0.1");
    private readonly TestClock _clock = new();
    private readonly ConcurrentQueue<JsonElement> _asked = new();
    private HttpServer _server = null!;
    private Func<HttpContext, Task>? _instead;
    private string? _authorization;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.StartAsync(async http =>
        {
            _authorization = http.Request.Headers.Authorization;
            if (_instead is { } instead)
            {
                await instead(http);
                return;
            }

            var body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
            _asked.Enqueue(body);
            Assert.Equal("/v1/embeddings", http.Request.Path.Value);
            // the last first: the index says which is whose
            var data = body.GetProperty("input").EnumerateArray().Select((t, i) => new { index = i, embedding = Vector(t.GetString()!) }).Reverse();
            await http.Response.WriteAsJsonAsync(new { data, model = "m" });
        });
        Use("key");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Judge_ServerThatAnswers_DecidesByItsVectors()
    {
        var judged = await Recognizer().JudgeAsync(_catalog.Intents, "the parcel, where is it", default);
        Assert.Equal(("parcel", IntentEngines.Embeddings, null), (judged.Intent, judged.Engine, judged.Note));
        Assert.Equal(3, judged.Scores.Count);
        Assert.Equal(1, judged.Scores.Sum(s => s.Score), 2);
        Assert.Equal("Bearer key", _authorization);
        Assert.Equal("m", _asked.First().GetProperty("model").GetString());
    }

    [Fact]
    public async Task Judge_Again_AsksForTheTextOnly()
    {
        var recognizer = Recognizer();
        await recognizer.JudgeAsync(_catalog.Intents, "a", default);
        var (calls, texts) = (_asked.Count, _asked.Sum(a => a.GetProperty("input").GetArrayLength()));
        Assert.Equal(1 + _catalog.Intents.Intents.Sum(i => i.Examples.Count), texts);
        await recognizer.JudgeAsync(_catalog.Intents, "b", default);
        Assert.Equal((calls + 1, texts + 1), (_asked.Count, _asked.Sum(a => a.GetProperty("input").GetArrayLength())));

        // one example more: only that one is asked for
        var first = _catalog.Intents.Intents[0];
        _catalog.Intents = _catalog.Intents with { Intents = [first with { Examples = [.. first.Examples, "another refund"] }, .. _catalog.Intents.Intents.Skip(1)] };
        await recognizer.JudgeAsync(_catalog.Intents, "c", default);
        Assert.Equal(texts + 3, _asked.Sum(a => a.GetProperty("input").GetArrayLength()));
    }

    [Fact]
    public async Task Judge_ManyExamples_AreAskedForInBatches()
    {
        _catalog.Intents = _catalog.Intents with { Intents = [.. Topics.Select(t => new IntentModel(Guid.NewGuid(), t, [.. Enumerable.Range(0, 60).Select(i => $"{t} {i}")]))] };
        await Recognizer().JudgeAsync(_catalog.Intents, "parcel", default);
        Assert.All(_asked, a => Assert.InRange(a.GetProperty("input").GetArrayLength(), 1, EmbeddingsClient.Batch));
        Assert.Equal(4, _asked.Count);
    }

    public static TheoryData<string, int, string> Failures => new()
    {
        { "no JSON", 200, "no JSON" },
        { """{"data":[]}""", 200, "one embedding for each" },
        { """{"data":[{"embedding":["x"]}]}""", 200, "one embedding for each" },
        { "[]", 200, "one embedding for each" },
        { """{"error":{"message":"the key sk-secret is wrong"}}""", 401, "status 401" },
        { "", 500, "status 500" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Judge_ServerThatFails_LearnsInProcessAndSaysSo(string body, int status, string why)
    {
        _instead = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        };
        var judged = await Recognizer().JudgeAsync(_catalog.Intents, "where is my parcel", default);
        Assert.Equal(("parcel", IntentEngines.InProcess), (judged.Intent, judged.Engine));
        Assert.Contains(why, judged.Note, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", judged.Note, StringComparison.Ordinal);
        var guess = await Recognizer().RecognizeAsync(_catalog.Tenant.Id, Utf8Text.From("where is my parcel"), default);
        Assert.Equal("parcel", guess.Name);
        Assert.Contains("embeddings server was not used", guess.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judge_OneNumberWrongOfAll_IsAFailure()
    {
        _instead = async http =>
        {
            var count = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement.GetProperty("input").GetArrayLength();
            await http.Response.WriteAsync($$"""{"data":[{{string.Join(',', Enumerable.Range(0, count).Select(i => i == 0 ? """{"index":0,"embedding":[1e999,0]}""" : $$"""{"index":{{i}},"embedding":[1,0]}"""))}}]}""");
        };
        Assert.Contains("no number", (await Recognizer().JudgeAsync(_catalog.Intents, "x", default)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judge_ServerThatDoesNotAnswer_IsWaitedForTwoSeconds()
    {
        _instead = HttpServer.AbortedAsync;
        var judging = Recognizer().JudgeAsync(_catalog.Intents, "where is my parcel", default);
        while (!judging.IsCompleted)
        {
            await Task.WhenAny(judging, _clock.WaitForTimersAsync());
            _clock.Advance(EmbeddingsRecognizer.Patience);
        }

        Assert.Contains("2 seconds", (await judging).Note, StringComparison.Ordinal);
        Assert.Equal("parcel", (await judging).Intent);
    }

    [Fact]
    public async Task Judge_AfterFailures_LeavesTheServerAloneAndThenTriesAgain()
    {
        var asked = 0;
        _instead = http =>
        {
            Interlocked.Increment(ref asked);
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var recognizer = Recognizer();
        string? note = null;
        for (var i = 0; i < 10; i++) note = (await recognizer.JudgeAsync(_catalog.Intents, "parcel", default)).Note;
        Assert.Contains("left alone", note, StringComparison.Ordinal);
        Assert.InRange(asked, 1, 4);
        _instead = null;
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(IntentEngines.Embeddings, (await recognizer.JudgeAsync(_catalog.Intents, "parcel", default)).Engine);
    }

    [Fact]
    public async Task Judge_PrivateAddressThatIsNotOpened_IsRefusedWithTheKeyToChange()
    {
        using var closed = new OutgoingCalls(null);
        var judged = await Recognizer(closed).JudgeAsync(_catalog.Intents, "parcel", default);
        Assert.Contains("Security:PrivateHosts", judged.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recognize_NoEmbeddings_AnswersAtOnceOnceLearned()
    {
        _catalog.Intents = _catalog.Intents with { Embeddings = null };
        var recognizer = Recognizer();
        await recognizer.RecognizeAsync(_catalog.Tenant.Id, Utf8Text.From("parcel"), default);
        var again = recognizer.RecognizeAsync(_catalog.Tenant.Id, Utf8Text.From("a parcel"), default);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Equal("parcel", (await again).Name);
        Assert.Empty(_asked);
    }

    private IntentRecognizer Recognizer(OutgoingCalls? calls = null) => new(
        _catalog, new(), new(new((calls ?? _calls).Http), _clock, NullLogger<EmbeddingsRecognizer>.Instance), NullLogger<IntentRecognizer>.Instance);

    private void Use(string? key) => _catalog.Intents = new()
    {
        TenantId = _catalog.Tenant.Id, Intents = [.. Topics.Select(t => new IntentModel(Guid.NewGuid(), t, [.. Enumerable.Range(0, 6).Select(i => $"where is my {t} {(char)('a' + i)}")]))],
        Embeddings = new(new Uri(_server.Url, "v1/").ToString(), "m", key), Threshold = 0.35,
    };

    /// <summary>One number for each topic that the text names, and one that all share.</summary>
    private static float[] Vector(string text) => [.. Topics.Select(t => text.Contains(t, StringComparison.Ordinal) ? 1f : 0.1f), 0.2f];
}

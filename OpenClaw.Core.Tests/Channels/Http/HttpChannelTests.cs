using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Http;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Http;

/// <summary>The channel kind http, from a program's message to the signed reply at its server.</summary>
public sealed class HttpChannelTests
{
    [Fact]
    public async Task Message_Answered_IsPostedSignedWithAllItsFields()
    {
        await using var place = await Place.StartAsync();
        var taken = await place.PostAsync(new() { Id = "in-1", User = new("u1", "Ada"), Conversation = "room", Thread = "t", Text = "hello" });
        Assert.True(taken is { Accepted: true, Duplicate: false, Seq: 1 });
        await place.SettledAsync(1);
        var (id, body) = Assert.Single(place.Receiver.Taken);
        var reply = Assert.Single(await place.RepliesAsync());
        Assert.Equal(reply.Id.ToString(), id);
        Assert.Equal($"receipt-{id}", reply.Receipt);
        Assert.Equal(("message", "room", "t", "in-1", false), (
            body.GetProperty("type").GetString(), body.GetProperty("conversation").GetString(), body.GetProperty("thread").GetString(),
            body.GetProperty("inReplyTo").GetString(), body.GetProperty("possibleDuplicate").GetBoolean()));
        Assert.Equal(("u1", "Ada"), (body.GetProperty("user").GetProperty("id").GetString(), body.GetProperty("user").GetProperty("name").GetString()));
        Assert.Equal(taken.SessionId, body.GetProperty("session").GetGuid());
        Assert.Equal(place.Channel.Id, body.GetProperty("channel").GetProperty("id").GetGuid());
        var message = body.GetProperty("message");
        Assert.Equal((reply.Id, 2, "agent", "hello"), (message.GetProperty("id").GetGuid(), message.GetProperty("seq").GetInt64(), message.GetProperty("from").GetString(), message.GetProperty("text").GetString()));
        Assert.Equal(0, message.GetProperty("attachments").GetArrayLength());
        Assert.True(message.TryGetProperty("buttons", out _) && message.TryGetProperty("card", out _) && message.TryGetProperty("at", out _));
    }

    [Fact]
    public async Task Message_SameIdAgain_IsADuplicateInTheWholeChannelAndAfterARestart()
    {
        await using var place = await Place.StartAsync();
        var first = await place.PostAsync(Text("in-1", "hello", "ada"));
        var again = await place.PostAsync(Text("in-1", "hello", "bob"));
        Assert.Equal((true, true, first.MessageId, first.SessionId, first.Seq), (again.Accepted, again.Duplicate, again.MessageId, again.SessionId, again.Seq));
        await place.PostAsync(Text("in-2", "/new", "ada"));
        Assert.True((await place.PostAsync(Text("in-1", "hello", "ada"))).Duplicate);
        await place.RestartAsync();
        var later = await place.PostAsync(Text("in-1", "hello", "ada"));
        Assert.Equal((true, first.MessageId), (later.Duplicate, later.MessageId));
        var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => place.PostAsync(Text("in-3", "once", $"user{i}"))));
        Assert.Single(many, m => !m.Duplicate);
        Assert.Single(many.Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task Message_OfSomebodyUnknownWithPairing_IsRefusedWithTheCodeUntilTheyAreLetIn()
    {
        await using var place = await Place.StartAsync();
        place.Change(c => c with { Settings = JsonElement.Parse($$"""{"callbackUrl":"{{place.Receiver.Url}}","access":"pairing"}""") });
        var first = await place.TakeAsync(Text("in-1", "hello"));
        Assert.Equal((RefusalCode.NotAllowed, 8), (first.Outcome.Refusal, first.Pairing!.Length));
        Assert.Contains(first.Pairing, first.Outcome.Reason, StringComparison.Ordinal);
        var again = await place.TakeAsync(Text("in-1", "hello"));
        Assert.Equal((first.Pairing, true), (again.Pairing, again.Outcome.Reason!.Contains(first.Pairing, StringComparison.Ordinal)));
        await place.DecideAsync(PairingState.Approved);
        var taken = await place.TakeAsync(Text("in-1", "hello"));
        Assert.True(taken is { Outcome: { Accepted: true, Duplicate: false }, Pairing: null });
        await place.DecideAsync(PairingState.Denied);
        Assert.True((await place.TakeAsync(Text("in-1", "hello"))).Outcome.Duplicate);
        var denied = await place.TakeAsync(Text("in-2", "hello"));
        Assert.Equal((RefusalCode.NotAllowed, null), (denied.Outcome.Refusal, denied.Pairing));
    }

    [Fact]
    public async Task Message_OfSomebodyNotOnTheList_IsRefused()
    {
        await using var place = await Place.StartAsync();
        place.Change(c => c with { Settings = JsonElement.Parse($$"""{"callbackUrl":"{{place.Receiver.Url}}","access":"allow-list","allowed":["ada"]}""") });
        Assert.True((await place.PostAsync(Text("in-1", "hello"))).Accepted);
        Assert.Equal(RefusalCode.NotAllowed, (await place.PostAsync(Text("in-2", "hello", "eve"))).Refusal);
    }

    [Fact]
    public async Task Message_LedToByAnswers_CarriesItsHopsOn()
    {
        await using var place = await Place.StartAsync();
        await place.PostAsync(new() { Id = "in-1", User = new("u1", null), Text = "hello" });
        await place.PostAsync(new() { Id = "in-2", User = new("u1", null, Bot: true), Text = "hello", Hops = 3 });
        await place.SettledAsync(2);
        Assert.Equal([1, 4], place.Receiver.Taken.Select(t => t.Body.GetProperty("hops").GetInt32()));
        Assert.Equal("hops", Assert.Single(HttpMessages.Check(new() { Id = "in-3", User = new("u1", null), Text = "hello", Hops = -1 })).Field);
    }

    [Theory]
    [InlineData(500, 2)]
    [InlineData(503, 2)]
    [InlineData(408, 2)]
    [InlineData(429, 2)]
    [InlineData(400, 1)]
    [InlineData(401, 1)]
    [InlineData(410, 1)]
    [InlineData(302, 1)]
    public async Task Status_ByTheTable_IsTriedAgainOrDead(int status, int calls)
    {
        await using var place = await Place.StartAsync();
        var failures = 1;
        place.Receiver.Before = async (context, _) =>
        {
            if (Interlocked.Decrement(ref failures) < 0) return false;
            context.Response.StatusCode = status;
            if (status == 429) context.Response.Headers.RetryAfter = "0";
            await context.Response.WriteAsync("not now");
            return true;
        };
        await place.PostAsync(Text("in-1", "hello"));
        await place.SettledAsync(1);
        Assert.Equal(calls, place.Receiver.Seen.Count);
        var reply = Assert.Single(await place.RepliesAsync());
        Assert.Equal(calls == 1 ? MessageState.Dead : MessageState.Answered, reply.State);
        if (calls == 1) Assert.Contains($"HTTP {status}", reply.Error, StringComparison.Ordinal);
        Assert.All(place.Receiver.Seen, s => Assert.False(s.Body.GetProperty("possibleDuplicate").GetBoolean()));
    }

    [Fact]
    public async Task ConnectionCut_AfterItWasTaken_ComesAgainUnderTheSameIdAndSaysSo()
    {
        await using var place = await Place.StartAsync();
        var cuts = 1;
        place.Receiver.Before = (context, _) =>
        {
            if (Interlocked.Decrement(ref cuts) < 0) return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };
        await place.PostAsync(Text("in-1", "hello"));
        await place.SettledAsync(1);
        Assert.Equal(2, place.Receiver.Seen.Count);
        Assert.Single(place.Receiver.Seen.Select(s => s.Id).Distinct());
        Assert.Equal([false, true], place.Receiver.Seen.Select(s => s.Body.GetProperty("possibleDuplicate").GetBoolean()));
    }

    [Fact]
    public async Task Secret_Rotated_BothSign()
    {
        await using var place = await Place.StartAsync();
        place.Change(c => c with
        {
            Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["signingSecret"] = SigningSecrets.Create(), ["signingSecret.previous"] = place.Receiver.Secret }.ToFrozenDictionary(),
        });
        await place.PostAsync(Text("in-1", "hello"));
        await place.SettledAsync(1);
        Assert.Single(place.Receiver.Taken);
    }

    [Fact]
    public async Task Secret_Wrong_IsADeadLetterAndThePreflightSaysSo()
    {
        await using var place = await Place.StartAsync();
        place.Receiver.Secret = SigningSecrets.Create();
        await place.PostAsync(Text("in-1", "hello"));
        await place.SettledAsync(1);
        Assert.Equal(MessageState.Dead, Assert.Single(await place.RepliesAsync()).State);
        var check = Assert.Single(await place.Kind.TestAsync(place.Channel, default), c => c.Check == "callback");
        Assert.False(check.Ok);
        Assert.Contains("secret", check.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_ReceiverThere_IsASignedTest()
    {
        await using var place = await Place.StartAsync();
        Assert.All(await place.Kind.TestAsync(place.Channel, default), c => Assert.True(c.Ok, c.Detail));
        Assert.Equal("test", Assert.Single(place.Receiver.Taken).Body.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"callbackUrl":"ftp://example.com"}""")]
    [InlineData("""{"callbackUrl":"https://user:pass@example.com"}""")]
    [InlineData("""{"callbackUrl":"/replies"}""")]
    public async Task Settings_NoUrl_AreRefused(string settings)
    {
        await using var place = await Place.StartAsync();
        Assert.Equal("settings.callbackUrl", Assert.Single(place.Kind.Validate(JsonElement.Parse(settings))).Field);
    }

    [Fact]
    public void Check_WhatIsMissing_IsNamed()
    {
        Assert.Equal(["id", "user.id", "text"], HttpMessages.Check(new()).Select(f => f.Field));
        Assert.Equal(["attachments"], HttpMessages.Check(Text("1", "x") with { Attachments = [default] }).Select(f => f.Field));
        Assert.Empty(HttpMessages.Check(new() { Id = "1", User = new("u", null), Button = "yes" }));
    }

    [Fact]
    public async Task Example_OfTheDocumentation_IsThisCodeAndTakesReplies()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent!;
        var code = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "OpenClaw.Core.Tests", "Channels", "Http", "ExampleReceiver.cs"));
        var page = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", "channels", "http.md"));
        Assert.Contains(code[code.IndexOf("internal sealed class", StringComparison.Ordinal)..].Trim(), page, StringComparison.Ordinal);

        await using var place = await Place.StartAsync();
        var shown = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var example = new ExampleReceiver(place.Receiver.Secret, (room, text) => shown.Enqueue($"{room}: {text}"));
        var again = true;
        await using var server = await HttpServer.StartAsync(async http =>
        {
            await example.AnswerAsync(http);
            if (again) http.Abort(); // as if the answer had been lost
            again = false;
        });
        place.Change(c => c with { Settings = JsonElement.Parse($$"""{"callbackUrl":"{{server.Url}}"}""") });
        await place.PostAsync(Text("in-1", "hello"));
        await place.SettledAsync(1);
        Assert.Equal(["ada: hello"], shown);
        Assert.All(await place.Kind.TestAsync(place.Channel, default), c => Assert.True(c.Ok, c.Detail));
        place.Change(c => c with { Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["signingSecret"] = SigningSecrets.Create() }.ToFrozenDictionary() });
        Assert.Contains(await place.Kind.TestAsync(place.Channel, default), c => !c.Ok);
    }

    private static HttpMessage Text(string id, string text, string user = "ada") => new() { Id = id, User = new(user, null), Text = text };

    private sealed class Place : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-http").FullName;
        private readonly FakeCatalog _catalog = new();

        public HttpReceiver Receiver { get; private init; } = null!;

        public Road Road { get; private set; } = null!;

        public ChannelModel Channel { get; private set; } = null!;

        public IChannelKind Kind => Road.Get<IEnumerable<IChannelKind>>().Single(k => k.Kind == "http");

        public static async Task<Place> StartAsync()
        {
            var place = new Place { Receiver = await HttpReceiver.StartAsync(SigningSecrets.Create()) };
            place.Road = await Road.StartAsync(place._catalog, place._folder);
            place.Channel = place.Road.AddChannel(c => c with
            {
                Kind = "http",
                Settings = JsonElement.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"callbackUrl":"{{place.Receiver.Url}}"}""")),
                Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["signingSecret"] = place.Receiver.Secret }.ToFrozenDictionary(),
                Retry = new(8, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)),
            });
            return place;
        }

        public async Task<AcceptOutcome> PostAsync(HttpMessage message) => (await TakeAsync(message)).Outcome;

        public async Task<HttpAccepted> TakeAsync(HttpMessage message) => await Road.Get<HttpMessages>().AcceptAsync(Channel, message, default);

        public async Task RestartAsync()
        {
            await Road.StopAsync();
            Road = await Road.StartAsync(_catalog, _folder);
        }

        public void Change(Func<ChannelModel, ChannelModel> with)
        {
            Channel = with(Channel);
            _catalog.Put(Channel);
        }

        public async Task DecideAsync(PairingState state)
        {
            await using var db = Road.Get<OpenClaw.Gateway.Core.Storage.ISystemDbFactory>().Create();
            await db.Pairings.ExecuteUpdateAsync(s => s.SetProperty(p => p.State, state));
            Road.Get<IChannelAccess>().Forget(Channel.Id);
        }

        public async Task<List<Message>> RepliesAsync() => [.. (await Road.RowsAsync()).Where(r => r.From != MessageFrom.User)];

        public Task SettledAsync(int replies) => TestWait.UntilAsync(async () => (await RepliesAsync()) is var all && all.Count == replies && all.TrueForAll(r => r.Pending is null));

        public async ValueTask DisposeAsync()
        {
            await Road.DisposeAsync();
            await Receiver.DisposeAsync();
            TestFolder.Delete(_folder);
        }
    }
}

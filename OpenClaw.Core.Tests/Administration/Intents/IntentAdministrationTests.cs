using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Routing.Intents;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Intents;

public sealed class IntentAdministrationTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private Caller Ada => Caller.System(_host.Tenant) with { Name = "ada" };

    private SaveIntent Save => _host.Get<SaveIntent>();

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_Intent_IsRecognisedAtReturn()
    {
        await MakeAsync("refund", "I want my money back", "refund please", "give me a refund");
        await MakeAsync("parcel", "where is my parcel", "the parcel is late", "parcel lost");
        var judged = await _host.Get<IntentQueries>().EvaluateAsync(_host.Tenant, "my money back please");
        Assert.Equal(("refund", "in-process"), (judged.Scores[0].Intent, judged.Engine));
        Assert.Equal(2, judged.Scores.Count);
    }

    [Fact]
    public async Task Create_Examples_AreTrimmedAndOnceEach()
    {
        var made = await MakeAsync("refund", " money back ", "money back", "Ünïcode 退款 😀");
        Assert.Equal(["money back", "Ünïcode 退款 😀"], made.Examples);
        Assert.Equal(made.Examples, (await _host.Get<IntentQueries>().GetAsync(_host.Tenant, made.Id))!.Examples);
        Assert.Equal(made.Examples, _host.Catalog.FindIntents(_host.Tenant).Intents.Single().Examples);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"x","examples":["ok"," "]}""", "examples")]
    [InlineData("""{"name":"x","examples":"one"}""", "examples")]
    [InlineData("""{"name":"x","examples":[1]}""", "examples")]
    [InlineData("""{"name":"TAKEN"}""", "name")]
    [InlineData("""{"name":"x","colour":"red"}""", "colour")]
    public async Task Create_Faults_AreToldByField(string body, string field)
    {
        await MakeAsync("taken");
        var result = await Save.CreateAsync(Ada, Json(body));
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Contains(field, result.Errors.Keys);
    }

    [Fact]
    public async Task Create_TooLongOrTooMany_IsRefused()
    {
        var texts = JsonSerializer.Serialize(new[] { new string('x', IntentLimits.ExampleLength + 1) });
        Assert.Equal(AdminStatus.Invalid, (await Save.CreateAsync(Ada, Json($$"""{"name":"a","examples":{{texts}}}"""))).Status);
        var many = JsonSerializer.Serialize(Enumerable.Range(0, IntentLimits.ExamplesPerIntent + 1).Select(i => $"example {i}"));
        Assert.Equal(AdminStatus.Invalid, (await Save.CreateAsync(Ada, Json($$"""{"name":"a","examples":{{many}}}"""))).Status);
    }

    [Fact]
    public async Task Create_SameSentenceInTwo_IsToldAndSaved()
    {
        await MakeAsync("refund", "a", "b", "c", "d", "e");
        var second = await MakeAsync("return", "A", "f", "g", "h", "i");
        Assert.Contains("refund", Assert.Single(second.Warnings), StringComparison.Ordinal);
        Assert.Contains("1 example;", Assert.Single((await MakeAsync("few", "z")).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_OnIntent_NeedsItAndHoldsIt()
    {
        var rule = """{"name":"Refunds","match":{"intent":"refund"},"target":{"drop":true}}""";
        Assert.Contains("match.intent", (await _host.Get<SaveRule>().CreateAsync(Ada, Json(rule))).Errors.Keys);
        var intent = await MakeAsync("Refund", "money back");
        Assert.Equal(AdminStatus.Done, (await _host.Get<SaveRule>().CreateAsync(Ada, Json(rule))).Status);

        var deleted = await _host.Get<DeleteIntent>().RunAsync(Ada, intent.Id);
        Assert.Equal(AdminStatus.InUse, deleted.Status);
        Assert.Contains("'Refunds'", deleted.Reason, StringComparison.Ordinal);
        Assert.Equal(AdminStatus.InUse, (await Save.PatchAsync(Ada, intent.Id, Json("""{"name":"other"}"""))).Status);
        Assert.Equal(AdminStatus.Done, (await Save.PatchAsync(Ada, intent.Id, Json("""{"name":"REFUND","examples":["x"]}"""))).Status);
    }

    [Fact]
    public async Task Rename_Intent_AgentsFollow()
    {
        var intent = await MakeAsync("refund", "money back");
        var agent = _host.Catalog.FindAgent(_host.Tenant, "Echo")!.Id;
        await _host.Get<SaveAgent>().PatchAsync(Ada, agent, Json("""{"intents":["Refund","later"]}"""));
        Assert.Equal(AdminStatus.Done, (await Save.PatchAsync(Ada, intent.Id, Json("""{"name":"money"}"""))).Status);
        Assert.Equal(["money", "later"], _host.Catalog.FindAgent(agent)!.Intents);
        Assert.Equal([("Echo", "later")], _host.Get<IntentQueries>().Missing(_host.Tenant));
    }

    [Fact]
    public async Task Audit_NeverHoldsSentences()
    {
        var intent = await MakeAsync("refund", "very private words");
        await Save.PatchAsync(Ada, intent.Id, Json("""{"examples":["very private words","other private words"]}"""));
        await _host.Get<DeleteIntent>().RunAsync(Ada, intent.Id);
        await using var db = _host.Database.System.Create();
        var entries = await db.Audit.AsNoTracking().Where(e => e.Action.StartsWith("intent.")).ToListAsync();
        Assert.Equal(["intent.changed", "intent.created", "intent.deleted"], entries.Select(e => e.Action).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(entries, e => $"{e.Before}{e.After}".Contains("private", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_KeyIsKeptSecretAndBoundToItsServer()
    {
        await MakeAsync("refund", "money back");
        var options = _host.Get<SaveIntentOptions>();
        var saved = (await options.PatchAsync(Ada, Json("""{"threshold":0.55,"embeddings":{"baseUrl":"https://a.example/v1/","model":"m"},"secrets":{"embeddingsKey":"sk-1"}}"""))).Value!;
        Assert.Equal((0.55, "https://a.example/v1", true), (saved.Threshold, saved.Embeddings!.BaseUrl, saved.Secrets["embeddingsKey"].Set));
        var model = _host.Catalog.FindIntents(_host.Tenant);
        Assert.Equal((0.55, "sk-1"), (model.Threshold, model.Embeddings!.Key));
        var moved = await options.PatchAsync(Ada, Json("""{"embeddings":{"baseUrl":"https://thief.example/v1"}}"""));
        Assert.Contains("secrets.embeddingsKey", moved.Errors.Keys);
        Assert.Equal(AdminStatus.Done, (await options.PatchAsync(Ada, Json("""{"embeddings":{"baseUrl":"https://a.example/v2"}}"""))).Status);
        Assert.Equal(AdminStatus.Done, (await options.PatchAsync(Ada, Json("""{"threshold":null,"embeddings":null,"secrets":{"embeddingsKey":null}}"""))).Status);
        Assert.Null(_host.Catalog.FindIntents(_host.Tenant).Embeddings);
        Assert.NotSame(model, _host.Catalog.FindIntents(_host.Tenant));
    }

    [Theory]
    [InlineData("""{"threshold":1.5}""", "threshold")]
    [InlineData("""{"threshold":"high"}""", "threshold")]
    [InlineData("""{"embeddings":{"baseUrl":"ftp://x","model":"m"}}""", "embeddings.baseUrl")]
    [InlineData("""{"embeddings":{"baseUrl":"https://u:p@x","model":"m"}}""", "embeddings.baseUrl")]
    [InlineData("""{"embeddings":{"baseUrl":"https://x/v1"}}""", "embeddings.model")]
    [InlineData("""{"secrets":{"other":"x"}}""", "secrets.other")]
    [InlineData("""{"secrets":{"embeddingsKey":"a\nb"}}""", "secrets.embeddingsKey")]
    public async Task Options_Faults_AreToldByField(string body, string field) =>
        Assert.Contains(field, (await _host.Get<SaveIntentOptions>().PatchAsync(Ada, Json(body))).Errors.Keys);

    [Fact]
    public async Task Quality_IsFoundOutOncePerState()
    {
        await MakeAsync("refund", "I want my money back", "refund please", "give me a refund");
        await MakeAsync("parcel", "where is my parcel", "the parcel is late", "parcel lost");
        var queries = _host.Get<IntentQueries>();
        var first = await queries.QualityAsync(_host.Tenant, Timeout.InfiniteTimeSpan);
        Assert.Equal(("done", 6), (first.State, first.Quality!.Examples));
        Assert.Same(first.Quality, (await queries.QualityAsync(_host.Tenant, Timeout.InfiniteTimeSpan)).Quality);
        await MakeAsync("third", "more");
        Assert.Equal(7, (await queries.QualityAsync(_host.Tenant, Timeout.InfiniteTimeSpan)).Quality!.Examples);
    }

    [Fact]
    public async Task Commands_WithoutTheRight_AreRefused()
    {
        var reader = Ada with { Scopes = ["read", "operate"] };
        await Assert.ThrowsAsync<ForbiddenException>(() => Save.CreateAsync(reader, Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Save.PatchAsync(reader, Guid.NewGuid(), Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<DeleteIntent>().RunAsync(reader, Guid.NewGuid()));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<SaveIntentOptions>().PatchAsync(reader, Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<Suggestions>().AcceptAsync(reader, Guid.NewGuid(), null));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<Suggestions>().DismissAsync(reader, Guid.NewGuid()));
    }

    private async Task<IntentView> MakeAsync(string name, params string[] examples)
    {
        var result = await Save.CreateAsync(Ada, JsonSerializer.SerializeToElement(new { name, examples }));
        Assert.True(result.Status == AdminStatus.Done, result.Reason + string.Join(" ", result.Errors.SelectMany(e => e.Value)));
        return result.Value!;
    }
}

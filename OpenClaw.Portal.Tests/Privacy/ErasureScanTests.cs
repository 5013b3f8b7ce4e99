using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Privacy;

/// <summary>
/// The promise of an erasure, on the whole product: whoever gets hold of the data directory afterwards finds nothing of the person in it, and
/// everything of the others. First it is shown that the scan finds what is there.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ErasureScanTests : IAsyncLifetime
{
    private const string Secret = "long enough for HS256 to take it, is it not";
    private const string User = "quokka-4711@platform.example";
    private const string Name = "Zelda Quuxington";
    private const string Other = "wallaby-0815@platform.example";
    private const string OtherName = "Wilbur Wombatson";

    private readonly List<string> _theirs = [User, Name];
    private readonly List<string> _others = [Other, OtherName];
    private Product _product = null!;
    private HttpClient _api = null!;
    private Guid _tenant;
    private int _planted;

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _api = _product.Client(Product.Key);
        _tenant = _product.Get<ICatalog>().FindTenant("default")!.Id;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task Erasure_OfAPerson_LeavesNothingOfThemInTheDataDirectoryAndAllOfTheOthers()
    {
        var own = await ChannelAsync("Own", "user");
        await OwnSessionAsync(own, User, Name, _theirs);
        await OwnSessionAsync(own, Other, OtherName, _others);
        var archived = await ChannelAsync("Archived", "user");
        await ArchivedSessionAsync(archived, User, Name, _theirs);
        await ArchivedSessionAsync(archived, Other, OtherName, _others);
        var shared = await ChannelAsync("Shared", "conversation");
        await SharedSessionAsync(shared, "room", archive: false);
        await SharedSessionAsync(shared, "hall", archive: true);
        await BooksAsync();
        await DeadLetterAsync();
        var (theirs, others) = (_theirs.ToList(), _others.ToList());

        var before = DataScan.Find(_product.Data, theirs.Concat(others));
        Assert.Equal(theirs.Concat(others).Order(), before.Keys.Order());

        var body = $$"""{"user":"{{User}}","reason":"{{Name}} asked for it"}""";
        var count = await _api.CallAsync("POST", "/api/v1/erasures?dryRun=true", body);
        Assert.Equal(before.Keys.Order(), DataScan.Find(_product.Data, theirs.Concat(others)).Keys.Order());
        var erasure = await EraseAsync(body);

        var report = erasure.GetProperty("report");
        Assert.Equal("[]", report.GetProperty("faults").GetRawText());
        Assert.Equal(count.GetProperty("sessions").GetInt64(), report.GetProperty("sessions").GetInt64());
        foreach (var part in (string[])["messages", "archives", "deadLetters", "attachments", "notes", "auditEntries", "filters"])
            Assert.True(report.GetProperty(part).GetInt64() > 0, $"{part}: {report}");
        var left = DataScan.Find(_product.Data, theirs);
        Assert.True(left.Count == 0, string.Join('\n', left.Select(l => $"{l.Key[..Math.Min(60, l.Key.Length)]} in {string.Join(", ", l.Value)}")));
        Assert.Equal(others.Order(), DataScan.Find(_product.Data, others).Keys.Order());
        Assert.DoesNotContain(User, (await _api.CallAsync("GET", "/api/v1/erasures")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasure_WithAHold_KeepsWhatItKeepsAndSaysSo()
    {
        var first = await ChannelAsync("First", "user");
        var second = await ChannelAsync("Second", "user");
        var held = await OwnSessionAsync(first, User, Name, []);
        var gone = await OwnSessionAsync(second, User, Name, []);
        await _api.CallAsync("POST", "/api/v1/holds", $$"""{"name":"Case 12","user":"{{User}}","channel":"{{first}}"}""");

        var report = (await EraseAsync($$"""{"user":"{{User}}"}""")).GetProperty("report");
        Assert.Equal($$"""[{"session":"{{held}}","hold":"Case 12"}]""", report.GetProperty("held").GetRawText());
        await _api.CallAsync("GET", $"/api/v1/sessions/{held}");
        await _api.FailAsync(404, "GET", $"/api/v1/sessions/{gone}");
    }

    [Fact]
    public async Task Erasure_WhileThePersonIsConnected_TheyGoOnInANewSession()
    {
        var channel = await ChannelAsync("Open", "user");
        await using var talk = await OpenAsync(channel, User, Name);
        var before = talk.Welcome.GetProperty("session").GetString();
        await talk.SayAsync("one");
        await talk.ReadAsync("message");
        await EraseAsync($$"""{"user":"{{User}}"}""");
        var welcome = await talk.ReadAsync("welcome");
        Assert.NotEqual(before, welcome.GetProperty("session").GetString());
        Assert.Equal(0, welcome.GetProperty("seq").GetInt64());
        await talk.SayAsync("two");
        Assert.Equal("two", (await talk.ReadAsync("message")).GetProperty("text").GetString());
        await _api.FailAsync(404, "GET", $"/api/v1/sessions/{before}");
    }

    /// <summary>As after a crash: the wish and what is to be removed are written down, some of it is gone already.</summary>
    [Fact]
    public async Task Erasure_CutOff_GoesOnFromWhatIsWrittenDown()
    {
        var channel = await ChannelAsync("Own", "user");
        var session = Guid.Parse(await OwnSessionAsync(channel, User, Name, _theirs));
        var (now, id, gone) = (TimeProvider.System.GetUtcNow(), Guid.CreateVersion7(), Guid.NewGuid());
        var plan = new ErasurePlan(User) { Names = [Name], Own = [gone, session], Targets = [gone, session] };
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            db.Erasures.Add(new() { Id = id, TenantId = _tenant, Person = plan.Protect(id, _product.Get<SecretProtector>()), Pseudonym = "erased-x", State = ErasureStates.Running, RequestedBy = "test", CreatedAt = now });
            await db.SaveChangesAsync();
        }

        await _product.Get<IEnumerable<IMaintenanceJob>>().First(j => j.Name == "erasures").RunAsync(new JobProgress(), default);
        var erasure = await _api.CallAsync("GET", $"/api/v1/erasures/{id}");
        Assert.Equal(("done", 1), (erasure.GetProperty("state").GetString(), erasure.GetProperty("report").GetProperty("sessions").GetInt32()));
        Assert.Empty(DataScan.Find(_product.Data, _theirs));
    }

    private async Task<JsonElement> EraseAsync(string body)
    {
        var id = (await _api.CallAsync("POST", "/api/v1/erasures", body)).GetProperty("id").GetString();
        var erasure = default(JsonElement);
        await Until.TrueAsync("the erasure is done", async () =>
            (erasure = await _api.CallAsync("GET", $"/api/v1/erasures/{id}")).GetProperty("state").GetString() is "done" or "failed");
        return erasure;
    }

    /// <summary>Short and long texts, a file, an agent's answer with a file, notes, changes of the context that are written over and over.</summary>
    private async Task<string> OwnSessionAsync(string channel, string user, string name, List<string> planted)
    {
        await using var talk = await OpenAsync(channel, user, name);
        var session = talk.Welcome.GetProperty("session").GetString()!;
        await talk.SayAsync(Plant(planted, "short text"));
        await talk.ReadAsync("message");
        await talk.SayAsync(Long(planted, 30));
        await talk.ReadAsync("message");
        await talk.SayWithFileAsync(Plant(planted, "look at this"), $"{Plant(planted, "file name")}.txt", Encoding.UTF8.GetBytes(Plant(planted, "file content")));
        await talk.ReadAsync("message");
        await AnswerWithFileAsync(session, planted);
        for (var i = 0; i < 12; i++)
            await _api.CallAsync("PATCH", $"/api/v1/sessions/{session}", $$"""{"context":{"step{{i}}":"{{Plant(planted, "context")}} {{new string('c', 150 * i)}}"},"preferences":{"nick":"{{Plant(planted, "preference")}}"} }""");
        await using var db = _product.Get<ISystemDbFactory>().Create();
        db.SessionNotes.Add(new() { Id = Guid.CreateVersion7(), TenantId = _tenant, SessionId = Guid.Parse(session), AuthorName = "Olga", Text = Plant(planted, "note"), At = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
        await ForgetOverwrittenAsync(session, planted);
        return session;
    }

    /// <summary>What a later change of the session wrote over is in the database no more, or only as a trace: what counts is that nothing is found at the end.</summary>
    private async Task ForgetOverwrittenAsync(string session, List<string> planted)
    {
        var (theirs, now) = (planted.ToList(), (await _api.CallAsync("GET", $"/api/v1/sessions/{session}")).GetRawText());
        foreach (var text in theirs.Where(t => t.StartsWith("preference", StringComparison.Ordinal) && !now.Contains(t, StringComparison.Ordinal)))
            if (!DataScan.Find(_product.Data, [text]).ContainsKey(text)) planted.Remove(text);
    }

    private async Task AnswerWithFileAsync(string session, List<string> planted)
    {
        var blob = Guid.CreateVersion7();
        var content = Encoding.UTF8.GetBytes(Plant(planted, "content of the agent's file"));
        await using (var writer = await _product.Get<IBlobStore>().CreateAsync(_tenant, blob, default))
        {
            await writer.WriteAsync(content, default);
            await writer.CommitAsync(default);
        }

        var extras = new MessageExtras(Attachments: [new(blob, $"{Plant(planted, "agent's file")}.txt", "text/plain", content.Length)]);
        var outcome = await _product.Get<ISessionWriter>().AppendAsync(_tenant, Guid.Parse(session), MessageFrom.Agent, [new(Utf8Text.From(Plant(planted, "agent's own answer")), extras)], null, default);
        Assert.NotNull(outcome.Messages);
        using var posted = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sessions/{session}/messages");
        posted.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        posted.Content = new StringContent($$"""{"as":"operator","messages":[{"text":"{{Plant(planted, "operator's answer")}}"}]}""", Encoding.UTF8, "application/json");
        using var answer = await _api.SendAsync(posted);
        Assert.Equal(201, (int)answer.StatusCode);
    }

    private async Task ArchivedSessionAsync(string channel, string user, string name, List<string> planted)
    {
        await using (var talk = await OpenAsync(channel, user, name))
        {
            await talk.SayAsync(Plant(planted, "archived text"));
            await talk.ReadAsync("message");
            await talk.SayAsync(Long(planted, 20));
            await talk.ReadAsync("message");
            await talk.SayWithFileAsync(Plant(planted, "archived with file"), $"{Plant(planted, "archived file")}.txt", Encoding.UTF8.GetBytes(Plant(planted, "archived content")));
            await talk.ReadAsync("message");
            await ArchiveAsync(talk.Welcome.GetProperty("session").GetGuid());
        }
    }

    /// <summary>A room of two: the person opens it, the other one speaks as well.</summary>
    private async Task SharedSessionAsync(string channel, string room, bool archive)
    {
        await using var one = await OpenAsync(channel, User, Name, room);
        await using var two = await OpenAsync(channel, Other, OtherName, room);
        await one.SayAsync(Plant(_theirs, $"said in the {room}"));
        await one.ReadAsync("message");
        await two.SayAsync(Plant(_others, $"heard in the {room}"));
        await two.ReadAsync("message");
        await one.SayWithFileAsync(Long(_theirs, 10), $"{Plant(_theirs, $"file in the {room}")}.txt", Encoding.UTF8.GetBytes(Plant(_theirs, $"content in the {room}")));
        await one.ReadAsync("message");
        await two.SayWithFileAsync(Long(_others, 10), $"{Plant(_others, $"other file in the {room}")}.txt", Encoding.UTF8.GetBytes(Plant(_others, $"other content in the {room}")));
        await two.ReadAsync("message");
        var session = one.Welcome.GetProperty("session").GetGuid();
        await _api.CallAsync("PATCH", $"/api/v1/sessions/{session}", $$"""{"context":{"speaker":"{{Name}}"} }""");
        if (archive) await ArchiveAsync(session);
    }

    /// <summary>Makes it old, and archives it as the job does.</summary>
    private async Task ArchiveAsync(Guid session)
    {
        await using var db = _product.Get<ISystemDbFactory>().Create();
        var old = TimeProvider.System.GetUtcNow().AddDays(-100);
        await Until.TrueAsync("the session is in the archive", async () =>
        {
            await db.WriteAsync(d => d.Sessions.Where(s => s.Id == session && s.State != SessionState.Archived).ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SessionState.Expired).SetProperty(s => s.LastActivityAt, old)), default);
            await _product.Get<IEnumerable<IMaintenanceJob>>().First(j => j.Name == "sessions-archive").RunAsync(new JobProgress(), default);
            return await db.ArchivedSessions.AnyAsync(a => a.SessionId == session && a.RowsRemoved);
        });
    }

    /// <summary>What the tenant's own books say: saved filters (audit entries came with the changes of sessions).</summary>
    private async Task BooksAsync()
    {
        await using var db = _product.Get<ISystemDbFactory>().Create();
        var person = await db.Users.Select(u => u.Id).FirstAsync();
        db.SavedFilters.Add(new() { Id = Guid.CreateVersion7(), TenantId = _tenant, PersonId = person, Page = "conversations", Name = "Theirs", Query = $"state=active&user={Uri.EscapeDataString(User)}", CreatedAt = TimeProvider.System.GetUtcNow() });
        db.SavedFilters.Add(new() { Id = Guid.CreateVersion7(), TenantId = _tenant, PersonId = person, Page = "conversations", Name = "Others", Query = $"user={Uri.EscapeDataString(Other)}", CreatedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
        var hold = await _api.CallAsync("POST", "/api/v1/holds", $$"""{"name":"Released","user":"{{User}}"}""");
        await _api.CallAsync("DELETE", $"/api/v1/holds/{hold.GetProperty("id").GetString()}");
    }

    private async Task DeadLetterAsync()
    {
        var agent = (await _api.CallAsync("POST", "/api/v1/agents", """{"kind":"webhook","name":"Broken","settings":{"url":"https://agent.invalid/","retry":{"attempts":1}}}""")).GetProperty("id").GetString();
        var channel = await ChannelAsync("Broken", "user", agent);
        foreach (var (user, name, planted) in new[] { (User, Name, _theirs), (Other, OtherName, _others) })
        {
            await using var talk = await OpenAsync(channel, user, name);
            await talk.SayAsync(Plant(planted, "dead letter"));
        }

        await Until.TrueAsync("the dead letters are there", async () => (await _api.CallAsync("GET", $"/api/v1/dead-letters?channel={channel}")).GetProperty("items").GetArrayLength() == 2);
    }

    private async Task<string> ChannelAsync(string name, string scope, string? agent = null) => (await _api.CallAsync(
        "POST", "/api/v1/channels", JsonSerializer.Serialize(new { kind = "websocket", name, agent, settings = new { scope }, secrets = new { signingSecret = Secret } }))).GetProperty("id").GetString()!;

    private Task<Talk> OpenAsync(string channel, string user, string name, string? room = null)
    {
        var token = Jwt.Of(JsonSerializer.Serialize(new { sub = user, name, exp = 4102444800, conversations = new[] { room ?? "main" } }), Secret);
        return Talk.OpenAsync(_product.Address, channel, query: $"conversation={room ?? "main"}", credentials: $"bearer.{token}");
    }

    private string Plant(List<string> planted, string what)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{what} planted{++_planted:0000}");
        planted.Add(text);
        return text;
    }

    /// <summary>A text over several pages of the database, with something to be found in the beginning, the middle and the end.</summary>
    private string Long(List<string> planted, int parts) =>
        string.Join(' ', Enumerable.Range(0, parts).Select(i => $"{Plant(planted, "long")} {new string((char)('a' + (i % 26)), 700)}"));
}

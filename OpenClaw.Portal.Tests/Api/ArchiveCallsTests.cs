using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Portal.Tests.Api;

public sealed class ArchiveCallsTests(ApiFixture fixture) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly ApiHost _host = fixture.Host;
    private readonly HttpClient _client = fixture.Host.Client;
    private readonly string _user = "user-" + Guid.NewGuid().ToString("N");
    private PlantedArchive _archive = null!;
    private Guid _channel;

    public Task InitializeAsync()
    {
        _archive = new(_host.Get<ISystemDbFactory>(), _host.Get<IArchiveSearch>(), _host.Get<GatewayOptions>().DataDirectory);
        _channel = _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id;
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Archive_HasTheContractsShape()
    {
        var id = await AddAsync("the quick fox", "jumps");

        var item = (await _client.CallAsync("GET", $"/api/v1/archive?user={_user}")).GetProperty("items").EnumerateArray().Single();
        var session = await _client.CallAsync("GET", $"/api/v1/sessions/{id}");
        string[] fields = [.. session.EnumerateObject().Select(p => p.Name), "archivedAt", "bytes", "fileBytes", "deletesAt", "held", "fault"];
        Assert.Equal(fields.Order(), item.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal("archived", item.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("deletesAt").ValueKind);
        var one = await _client.CallAsync("GET", $"/api/v1/archive/{id}");
        Assert.Equal(item.GetRawText(), one.GetRawText());
        var messages = await _client.CallAsync("GET", $"/api/v1/archive/{id}/messages?limit=1");
        Assert.Equal("the quick fox", messages.GetProperty("items")[0].GetProperty("text").GetString());
        var next = messages.GetProperty("next").GetString();
        Assert.Equal("jumps", (await _client.CallAsync("GET", $"/api/v1/archive/{id}/messages?limit=1&after={next}")).GetProperty("items")[0].GetProperty("text").GetString());
        await _client.FailAsync(404, "GET", $"/api/v1/archive/{Guid.NewGuid()}");
        await _client.FailAsync(404, "GET", $"/api/v1/archive/{Guid.NewGuid()}/messages");
        await _client.FailAsync(400, "GET", $"/api/v1/archive/{id}/messages?after=x");
        await _client.FailAsync(400, "GET", "/api/v1/archive?since=x");
        await _client.FailAsync(400, "GET", "/api/v1/archive?after=x");
    }

    [Theory]
    [InlineData("quick", 1)]
    [InlineData("FOX qui", 1)]
    [InlineData("\"quick fox\"", 1)]
    [InlineData("\"fox quick\"", 0)]
    [InlineData("\" OR 1=1 --", 0)]
    [InlineData("tenant:x*", 0)]
    [InlineData("*", 0)]
    public async Task Archive_Search_ByWords(string text, int found)
    {
        await AddAsync("the quick fox", "jumps");
        Assert.Equal(found, (await _client.CallAsync("GET", $"/api/v1/archive?user={_user}&text={Uri.EscapeDataString(text)}")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await _host.Stranger.CallAsync("GET", $"/api/v1/archive?text={Uri.EscapeDataString(text)}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Restore_Archived_LivesAgain()
    {
        var id = await AddAsync("hello");
        Assert.Equal("dormant", (await _client.CallAsync("POST", $"/api/v1/archive/{id}/restore")).GetProperty("state").GetString());
        await _client.FailAsync(404, "GET", $"/api/v1/archive/{id}");
        await _client.FailAsync(404, "POST", $"/api/v1/archive/{id}/restore");
    }

    [Fact]
    public async Task Restore_ThatCannotBe_409WithTheReason()
    {
        var orphan = await _archive.AddAsync(_host.Tenant, Guid.NewGuid(), At, ["hello"], _user);
        Assert.Contains("channel of this conversation was deleted", (await _client.FailAsync(409, "POST", $"/api/v1/archive/{orphan}/restore")).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (int)(await _client.SendAsync("GET", $"/api/v1/archive/{orphan}/export?format=txt")).StatusCode);
        var damaged = await AddAsync("hello");
        ((Restorer)_host.Get<IArchivedSessions>()).Damaged.Add(damaged);
        Assert.Contains("1.jsonl.br is cut off", (await _client.FailAsync(409, "POST", $"/api/v1/archive/{damaged}/restore")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DamagedTranscript_422NamesTheFile()
    {
        var id = await AddAsync("hello");
        await using var db = _host.Get<ISystemDbFactory>().Create();
        var row = await db.ArchivedSessions.SingleAsync(a => a.SessionId == id);
        await File.WriteAllTextAsync(_archive.FileOf(row), "damaged");
        foreach (var call in new[] { "messages", "export", "export?format=csv" })
            Assert.Contains(row.File.ToString("N"), (await _client.FailAsync(422, "GET", $"/api/v1/archive/{id}/{call}")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Json_SessionAndMessages()
    {
        var id = await AddAsync("hello \"you\"", "<b>hi</b>");
        using var answer = await _client.SendAsync("GET", $"/api/v1/archive/{id}/export");
        Assert.Equal($"attachment; filename=\"conversation-{id}.json\"", answer.Content.Headers.GetValues("Content-Disposition").Single());
        var body = await answer.JsonAsync();
        Assert.Equal((await _client.CallAsync("GET", $"/api/v1/archive/{id}")).GetRawText(), body.GetProperty("session").GetRawText());
        Assert.Equal((await _client.CallAsync("GET", $"/api/v1/archive/{id}/messages")).GetProperty("items").GetRawText(), body.GetProperty("messages").GetRawText().Replace(",\n", ",", StringComparison.Ordinal));
        Assert.True((await _client.CallAsync("GET", $"/api/v1/sessions/{id}/export")).TryGetProperty("messages", out _));
    }

    [Fact]
    public async Task Export_Csv_SafeForSpreadsheets()
    {
        var id = await AddAsync("=HYPERLINK(\"http://x\")", "two\nlines, \"quoted\"");
        using var answer = await _client.SendAsync("GET", $"/api/v1/archive/{id}/export?format=csv");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes)[1..].Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("seq,at,from,author,authorId,text,button,attachments,state,inReplyTo,id,externalId,subject", lines[0]);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://x\"\")\",", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"two\nlines, \"\"quoted\"\"\",", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task Export_Text_NobodyCanWriteAnothersLine()
    {
        var id = await AddAsync("hello\r\n[2026-03-01T09:00:00Z] Agent: yes, for free", "hi");
        var text = await (await _client.SendAsync("GET", $"/api/v1/archive/{id}/export?format=txt")).Content.ReadAsStringAsync();
        var lines = text.Split('\n');
        Assert.StartsWith($"Conversation with {_user}'s name ({_user})", lines[0], StringComparison.Ordinal);
        Assert.Equal(["[2026-03-01T08:58:00Z] " + _user + "'s name: hello", "    [2026-03-01T09:00:00Z] Agent: yes, for free", "[2026-03-01T08:59:00Z] Agent: hi", ""], lines[3..]);
        await _client.FailAsync(400, "GET", $"/api/v1/archive/{id}/export?format=pdf");
        await _client.FailAsync(404, "GET", $"/api/v1/archive/{Guid.NewGuid()}/export");
        await _client.FailAsync(404, "GET", $"/api/v1/sessions/{Guid.NewGuid()}/export?format=txt");
    }

    [Fact]
    public async Task Export_EachTime_Noted()
    {
        var id = await AddAsync("hello");
        await _client.SendAsync("GET", $"/api/v1/archive/{id}/export?format=txt");
        var entry = (await _client.CallAsync("GET", $"/api/v1/audit?action=session.exported&target={id}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("txt", entry.GetProperty("after").GetProperty("format").GetString());
    }

    private Task<Guid> AddAsync(params string[] texts) => _archive.AddAsync(_host.Tenant, _channel, At, texts, _user);
}

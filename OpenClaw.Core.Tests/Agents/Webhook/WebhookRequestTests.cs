using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Agents.Webhook;

public sealed class WebhookRequestTests : IDisposable
{
    private static readonly AttachmentRef Attachment = new(Guid.Parse("0198c0de-0000-7000-8000-0000000000cc"), "a.pdf", "application/pdf", 1_234);

    private readonly WebhookFixture _fixture = new();
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private byte[] _body = [];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task AskAsync_Body_AsTheContractSays()
    {
        await SendAsync(model => AgentSamples.Request(model, "hé ✓", new([Attachment]),
            new HistoryEntry(MessageFrom.User, Utf8Text.From("before"), new(2026, 11, 22, 9, 0, 0, TimeSpan.FromHours(1))),
            new HistoryEntry(MessageFrom.Agent, Utf8Text.From("then"), new(2026, 11, 22, 9, 1, 0, TimeSpan.Zero)),
            new HistoryEntry(MessageFrom.Operator, default, new(2026, 11, 22, 9, 2, 0, TimeSpan.Zero))));

        AssertJson(
            """
            {"id":"0198c0de-0000-7000-8000-0000000000aa","attempt":1,"replay":0,"tenant":"acme","agent":"support",
             "channel":{"id":"0198c0de-0000-7000-8000-000000000002","kind":"websocket","name":"Web chat"},
             "session":{"id":"0198c0de-0000-7000-8000-0000000000bb","conversation":"room","thread":null,"context":{},"preferences":{},"agentSettings":{},"tools":[],"note":null},
             "user":{"id":"u1","name":"Ada","locale":"en"},
             "message":{"text":"hé ✓","attachments":[{"name":"a.pdf","contentType":"application/pdf","size":1234,
               "url":"https://gateway.example/files/0198c0de-0000-7000-8000-000000000001/0198c0de-0000-7000-8000-0000000000cc?sig=x"}],
               "button":null,"at":"2026-11-22T10:00:00Z"},
             "history":[{"role":"user","text":"before","at":"2026-11-22T08:00:00Z"},{"role":"agent","text":"then","at":"2026-11-22T09:01:00Z"},
               {"role":"operator","text":"","at":"2026-11-22T09:02:00Z"}]}
            """,
            _body);
        Assert.StartsWith("application/json", _headers["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_ContextAndPreferences_AsTheyAre()
    {
        await SendAsync(model => new()
        {
            Id = Guid.NewGuid(), Attempt = 3, Replay = 2, Agent = model, Channel = AgentSamples.Channel, SessionId = Guid.NewGuid(),
            Address = new("room", "t1", "u1", null), Context = """{"order":7}"""u8.ToArray(), Preferences = """{"lang":"de"}"""u8.ToArray(),
            Text = default, Extras = new(Button: "yes"), At = default, HistoryBefore = _ => [],
        });

        var root = JsonSerializer.Deserialize<JsonElement>(_body);
        Assert.Equal((3, 2), (root.GetProperty("attempt").GetInt32(), root.GetProperty("replay").GetInt32()));
        Assert.Equal("""{"order":7}""", root.GetProperty("session").GetProperty("context").GetRawText());
        Assert.Equal("""{"lang":"de"}""", root.GetProperty("session").GetProperty("preferences").GetRawText());
        Assert.Equal("t1", root.GetProperty("session").GetProperty("thread").GetString());
        Assert.Equal("yes", root.GetProperty("message").GetProperty("button").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("user").GetProperty("name").ValueKind);
    }

    [Fact]
    public async Task AskAsync_Signature_VerifiesAndNamesTheMessage()
    {
        await SendAsync(model => AgentSamples.Request(model));

        Assert.Equal("0198c0de-0000-7000-8000-0000000000aa", _headers["webhook-id"]);
        Assert.Equal(_fixture.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), _headers["webhook-timestamp"]);
        Assert.True(Verifies(WebhookFixture.Secret));
        Assert.DoesNotContain(' ', _headers["webhook-signature"]);
    }

    [Fact]
    public async Task AskAsync_WhileASecretIsRotated_BothSign()
    {
        var old = SigningSecrets.Create();

        await SendAsync(model => AgentSamples.Request(model), (WebhookKind.SigningSecret, WebhookFixture.Secret), (WebhookKind.PreviousSigningSecret, old));

        Assert.True(Verifies(WebhookFixture.Secret));
        Assert.True(Verifies(old));
    }

    [Fact]
    public async Task AskAsync_NoActivity_TraceIsTheMessages()
    {
        await SendAsync(model => AgentSamples.Request(model));

        Assert.Matches("^00-0198c0de0000700080000000000000aa-[0-9a-f]{16}-01$", _headers["traceparent"]);
    }

    [Fact]
    public async Task AskAsync_InASpanOfTheMessage_ThatSpan()
    {
        using var activity = new Activity("test").SetParentId("00-0198c0de0000700080000000000000aa-00f067aa0ba902b7-01").Start();

        await SendAsync(model => AgentSamples.Request(model));

        Assert.Equal(activity.Id, _headers["traceparent"]);
    }

    [Fact]
    public async Task AskAsync_InASpanOfSomethingElse_TraceIsTheMessages()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        await SendAsync(model => AgentSamples.Request(model));

        Assert.StartsWith("00-0198c0de0000700080000000000000aa-", _headers["traceparent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"https://agent.example/hook"}""", "")]
    [InlineData("""{"url":"http://10.0.0.1:8080/","timeoutSeconds":1,"answerWithinSeconds":86400,"colour":"red"}""", "")]
    [InlineData("{}", "settings.url A URL is needed, http or https.")]
    [InlineData("""{"url":null}""", "settings.url A URL is needed, http or https.")]
    [InlineData("""{"url":5}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":""}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"/hook"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"ftp://agent.example"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"http://"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"http://%31%32%37.0.0.1/"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"http://a..b/"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"http://a:99999/"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"\ud800"}""", "settings.url Must be an absolute URL of http or https, as in https://agent.example.com/messages.")]
    [InlineData("""{"url":"https://me:pw@agent.example"}""", "settings.url The URL must not hold a user or password.")]
    [InlineData("""{"url":"https://a.example","timeoutSeconds":0}""", "settings.timeoutSeconds Must be a whole number from 1 to 600.")]
    [InlineData("""{"url":"https://a.example","timeoutSeconds":"60"}""", "settings.timeoutSeconds Must be a whole number from 1 to 600.")]
    [InlineData("""{"url":"https://a.example","answerWithinSeconds":86401}""", "settings.answerWithinSeconds Must be a whole number from 1 to 86400.")]
    [InlineData("""{"url":"https://a.example","busy":1}""", "settings.busy Must be one of: queue, collect, interrupt.")]
    public void Validate_Settings_SaysWhatIsWrong(string settings, string faults) =>
        Assert.Equal(faults, string.Join("; ", _fixture.Kind.Validate(AgentSamples.Json(settings)).Select(f => $"{f.Field} {f.Message}")));

    private async Task SendAsync(Func<AgentModel, AgentRequest> request, params (string, string)[] secrets)
    {
        await using var server = await HttpServer.StartAsync(async c =>
        {
            foreach (var header in c.Request.Headers) _headers[header.Key] = header.Value.ToString();
            using var body = new MemoryStream();
            await c.Request.Body.CopyToAsync(body);
            _body = body.ToArray();
            c.Response.StatusCode = 204;
        });
        var model = AgentSamples.Model("webhook", $$"""{"url":"{{server.Url}}"}""", secrets: secrets.Length == 0 ? [(WebhookKind.SigningSecret, WebhookFixture.Secret)] : secrets);
        var outcome = await _fixture.Kind.Create(model).AskAsync(request(model), _fixture.Sink, CancellationToken.None);
        Assert.True(outcome.IsAnswer, outcome.Failure?.Detail);
    }

    private bool Verifies(string secret) =>
        StandardWebhooks.Verify(_headers["webhook-id"], _headers["webhook-timestamp"], _body, _headers["webhook-signature"], secret, _fixture.Clock.GetUtcNow());

    private static void AssertJson(string expected, byte[] actual) =>
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(expected)), JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(actual)));
}

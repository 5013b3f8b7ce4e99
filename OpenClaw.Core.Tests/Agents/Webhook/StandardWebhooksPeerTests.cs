using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Agents.Webhook;

/// <summary>What the gateway signs is taken by the verifier of the Standard Webhooks project, with the new secret and the former one while it is rotated.</summary>
public sealed class StandardWebhooksPeerTests
{
    private const string Verify = """
        import { createRequire } from 'node:module';
        const { Webhook } = createRequire(process.env.PEERS + '/node_modules/')('standardwebhooks');
        const { headers, body } = JSON.parse(process.env.REQUEST);
        for (const secret of JSON.parse(process.env.SECRETS)) {
          try { new Webhook(secret).verify(body, headers); console.log('yes'); }
          catch { console.log('no'); }
        }
        """;

    [PeerFact("standardwebhooks")]
    public async Task Signatures_WhileASecretIsRotated_BothSecretsVerifyAndNoOther()
    {
        using var fixture = new WebhookFixture();
        fixture.Clock.Jump(TimeProvider.System.GetUtcNow() - fixture.Clock.GetUtcNow());
        var (former, another) = (SigningSecrets.Create(), SigningSecrets.Create());
        var request = "";
        await using var server = await HttpServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal);
            request = JsonSerializer.Serialize(new { headers, body = await reader.ReadToEndAsync() });
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        var model = AgentSamples.Model("webhook", $$"""{"url":"{{server.Url}}"}""", 16, (WebhookKind.SigningSecret, WebhookFixture.Secret), (WebhookKind.PreviousSigningSecret, former));
        Assert.True((await fixture.AskAsync(model)).IsAnswer);

        var said = await NodePeer.RunScriptAsync(Verify, ("PEERS", PeerFolder.Path), ("REQUEST", request), ("SECRETS", JsonSerializer.Serialize(new[] { WebhookFixture.Secret, former, another })));
        Assert.Equal(["yes", "yes", "no"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}

using System.Text.Json;
using Microsoft.Extensions.Hosting;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a.Protocol;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Webhook;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Agents.A2a;

/// <summary>The kind <c>a2a</c>: agents and gateways of others, asked by the Agent2Agent protocol 1.0 as their card says (ADR 0016).</summary>
internal sealed class A2aKind(OutgoingHttp http, IFileLinks links, BlobIntake files, ReplyAttachments attachments, TimeProvider time, IHostApplicationLifetime? host = null) : IAgentKind
{
    /// <summary>Goes along as a bearer token.</summary>
    public const string Token = "token";

    public string Kind => "a2a";

    public string Title => "A2A";

    public string Summary => "An agent of others, or of another gateway, that speaks the Agent2Agent protocol: its card says where and how it is asked.";

    public SecretText? DescribeSecret(string name) => name == Token
        ? new("Token", "Sent as “Authorization: Bearer …” with the card's and every other request. For an agent of another OpenClaw gateway: an API key of scope converse.")
        : null;

    public IReadOnlyList<string> MadeSecrets => [];

    public bool IsSecret(string name) => name == Token;

    public IReadOnlyList<string> SecretsOf(JsonElement settings) => [Token];

    public string? CheckSecret(string name, string value) =>
        value is { Length: > 0 and <= 4_000 } && value.All(c => c is > ' ' and < '\u007f') ? null : "Must be 1 to 4,000 visible ASCII characters without blanks.";

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("cardUrl", SettingType.Text)
        {
            Required = true, Label = "Agent card", Example = "https://agent.example.com/.well-known/agent-card.json",
            Help = "The address of the agent's card, http or https; of a host alone, its well-known address is used. A private address must be allowed by the owner of the installation.",
        },
        new("timeoutSeconds", SettingType.WholeNumber) { Default = "60", Min = 1, Max = 600, Label = "Time-out", Help = "Seconds until a call must be answered, and the longest pause within a streamed answer." },
        new("answerWithinSeconds", SettingType.WholeNumber) { Default = "600", Min = 1, Max = 86_400, Advanced = true, Label = "Answer within", Help = "Seconds that a whole task may take." },
    ];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        A2aSettings.Read(reader);
        return reader.Faults.Concat(CommonSettings.Validate(settings)).Distinct();
    }

    public IAgent Create(AgentModel model)
    {
        var settings = Read(model);
        return new A2aAgent(settings, Cards(model, settings), Calls(model), new(links), new(files, attachments), time, host?.ApplicationStopping ?? CancellationToken.None);
    }

    public int HealthEverySeconds(JsonElement settings) => 30;

    /// <summary>Fetches the card: reach, token, and whether there is a way to ask.</summary>
    public async ValueTask<IReadOnlyList<PreflightCheck>> CheckAsync(AgentModel model, CancellationToken cancellationToken)
    {
        var settings = Read(model);
        using var timer = new AnswerTimer(time, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), cancellationToken);
        try
        {
            var card = await Cards(model, settings).GetAsync(timer.Token).ConfigureAwait(false);
            return [new("card", true, $"The card is there: “{Excerpt.Short(card.Name)}”, asked at {card.Endpoint.Url} ({card.Endpoint.Binding}{(card.Streams ? ", streams" : "")}).")];
        }
        catch (A2aException e)
        {
            return [new("card", false, e.Outcome.Failure!.Detail, "Correct the card's address or the token, or ask whoever runs the agent.")];
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return [new("card", false, timer.Expired ? "The card did not come within 20 s." : ConnectionFailures.Of(e).Failure!.Detail, "Start the agent, and check the card's address and the way to it.")];
        }
    }

    private CardSource Cards(AgentModel model, A2aSettings settings) => new(http, settings.CardUrl, model.Secrets.GetValueOrDefault(Token), time);

    private A2aCalls Calls(AgentModel model) => new(http, model.Secrets.GetValueOrDefault(Token), time);

    private static A2aSettings Read(AgentModel model) => A2aSettings.Read(new(model.Settings)) ?? throw new ArgumentException("settings.cardUrl is missing or wrong", nameof(model));
}

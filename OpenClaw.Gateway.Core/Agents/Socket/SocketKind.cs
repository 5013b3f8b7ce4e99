using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>The kind <c>socket</c>: processes of the agent connect to the gateway and are sent the requests (contract: agents.md, socket).</summary>
internal sealed class SocketKind(AgentSockets sockets, RequestWriter writer, ReplyAttachments attachments, TimeProvider time) : IAgentKind
{
    public const string Name = "socket";

    public string Kind => Name;

    public string Title => "Socket";

    public string Summary => "Your own program connects to the gateway by WebSocket with an API key: for agents behind a firewall, and for several processes of one agent that share its load.";

    public IReadOnlyList<string> MadeSecrets => [];

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("timeoutSeconds", SettingType.WholeNumber) { Default = "120", Min = 1, Max = 600, Label = "Time-out", Help = "Seconds until the first sign of an answer must be there, and the longest pause within one." },
        new("answerWithinSeconds", SettingType.WholeNumber) { Default = "600", Min = 1, Max = 86_400, Advanced = true, Label = "Answer within", Help = "Seconds that a whole answer may take, and one that the agent said it sends later by the API." },
    ];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        SocketSettings.Read(reader);
        return reader.Faults.Concat(CommonSettings.Validate(settings)).Distinct();
    }

    public IAgent Create(AgentModel model) => new SocketAgent(model, SocketSettings.Read(new(model.Settings)), sockets, writer, attachments, time);
}

/// <summary>What a socket agent is set to.</summary>
/// <param name="Timeout">For the first sign of an answer, and for the pause between two frames of one.</param>
/// <param name="AnswerWithin">For a whole answer, and for one that comes later.</param>
internal sealed record SocketSettings(TimeSpan Timeout, TimeSpan AnswerWithin)
{
    public static SocketSettings Read(SettingsReader reader) =>
        new(TimeSpan.FromSeconds(reader.Int32("timeoutSeconds", 120, 1, 600)), TimeSpan.FromSeconds(reader.Int32("answerWithinSeconds", 600, 1, 86_400)));

    /// <summary>The longest that an answer may take, however lively it is.</summary>
    public TimeSpan Overall => AnswerWithin > Timeout ? AnswerWithin : Timeout;
}

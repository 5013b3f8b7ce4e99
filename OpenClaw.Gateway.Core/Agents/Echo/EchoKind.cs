using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Echo;

/// <summary>The kind <c>echo</c>: answers in process, for first steps, tests and benchmarks.</summary>
internal sealed class EchoKind(TimeProvider time) : IAgentKind
{
    public string Kind => "echo";

    public string Title => "Echo";

    public string Summary => "Answers with the message's own words. For first steps and for trying channels and rules.";

    public IReadOnlyList<string> MadeSecrets => [];

    public IReadOnlyList<SettingSpec> Settings { get; } =
    [
        new("delayMs", SettingType.WholeNumber) { Default = "0", Min = 0, Max = 600_000, Label = "Delay", Help = "Milliseconds until the whole answer is there, to see how waiting looks." },
        new("stream", SettingType.Flag) { Default = "false", Label = "Stream the answer", Help = "The answer comes word by word, as from a language model." },
    ];

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        EchoSettings.Read(reader);
        return reader.Faults.Concat(CommonSettings.Validate(settings)).Distinct();
    }

    public IAgent Create(AgentModel model) => new EchoAgent(EchoSettings.Read(new(model.Settings)), time);
}

/// <summary>How an echo answers.</summary>
/// <param name="Delay">How long the whole answer takes.</param>
/// <param name="Stream">Whether it comes in pieces.</param>
internal readonly record struct EchoSettings(TimeSpan Delay, bool Stream)
{
    public static EchoSettings Read(SettingsReader reader) =>
        new(TimeSpan.FromMilliseconds(reader.Int32("delayMs", 0, 0, 600_000)), reader.Boolean("stream", otherwise: false));
}

using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>The kind <c>scripted</c>: answers as the test says.</summary>
internal sealed class ScriptedAgents : IAgentKind
{
    public string Kind => "scripted";

    public IReadOnlyList<string> MadeSecrets => [];

    /// <summary>What every agent of this kind does; by default it echoes.</summary>
    public Func<AgentRequest, IAnswerSink, CancellationToken, ValueTask<AgentOutcome>> Answer { get; set; } =
        (request, _, _) => new(AgentOutcome.Answer([new AgentReply(request.Text)]));

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => [];

    public IAgent Create(AgentModel model) => new Agent(this);

    private sealed class Agent(ScriptedAgents kind) : IAgent
    {
        public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) => kind.Answer(request, sink, cancellationToken);
    }
}

using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>Gathers what an agent tells of how it came to its outcome.</summary>
internal sealed class AgentRunLog(TimeProvider time, string model, Redaction redaction)
{
    private const int MostBytes = 2_048;
    private readonly long _start = time.GetTimestamp();
    private readonly List<AgentStep> _steps = [];
    private string _model = model;
    private long? _input;
    private long? _output;
    private TimeSpan? _firstToken;

    /// <summary>A piece of the answer is there: the first one is remembered.</summary>
    public void Begins() => _firstToken ??= time.GetElapsedTime(_start);

    /// <summary>What a turn cost.</summary>
    public void Count(ModelTurn turn)
    {
        if (turn.Model is { Length: > 0 } named) _model = named;
        if (turn.InputTokens is { } read) _input = (_input ?? 0) + read;
        if (turn.OutputTokens is { } written) _output = (_output ?? 0) + written;
    }

    /// <summary>Something that people should know.</summary>
    public void Note(string about, string text) => _steps.Add(new(AgentStepKinds.Note, about, null, Cut(text), null, time.GetUtcNow(), 0));

    /// <summary>A tool was called.</summary>
    public void Tool(string name, string input, string? output, string? error, DateTimeOffset at, TimeSpan took) =>
        _steps.Add(new(AgentStepKinds.Tool, name, Cut(input), output is null ? null : Cut(output), error is null ? null : Cut(error), at, took.TotalMilliseconds));

    public AgentReport Report() => new(_model, _input, _output, _firstToken, [.. _steps]);

    private string Cut(string text)
    {
        var clean = redaction.Of(text);
        var cut = Utf8Text.From(clean.Length > MostBytes ? clean[..MostBytes] : clean).Truncate(MostBytes).ToString();
        return cut.Length < clean.Length ? cut + "…" : clean;
    }
}

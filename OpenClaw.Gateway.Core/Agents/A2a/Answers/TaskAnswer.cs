using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.A2a.Protocol;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Answers;

/// <summary>
/// Makes an answer of what an agent sends: a message, or a task's states and artifacts as they come. Each artifact is a reply, its pieces are deltas. What is said
/// while the task works goes to the trace; what is said with its end is a reply.
/// </summary>
internal sealed class TaskAnswer(IAnswerSink sink, TimeProvider time)
{
    private const int MostParts = 1_000;
    private const int MostNotes = 50;
    private readonly List<(string? Artifact, AnswerSlot Slot)> _slots = [];
    private readonly List<AgentStep> _notes = [];
    private readonly long _began = time.GetTimestamp();
    private TimeSpan? _firstToken;
    private int _indexed;

    /// <summary>The task, once the agent has named it.</summary>
    public string? TaskId { get; private set; }

    /// <summary>The conversation's name over there.</summary>
    public string? ContextId { get; private set; }

    /// <summary>The task's state; null when the agent answered by a message.</summary>
    public string? State { get; private set; }

    /// <summary>What was said with the state.</summary>
    public string? Said { get; private set; }

    /// <summary>Nothing more comes now.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How it came to this, for the trace.</summary>
    public AgentReport Report => new(null, null, null, _firstToken, _notes);

    /// <summary>The replies, in the order in which they began.</summary>
    public IReadOnlyList<AnswerSlot> Replies => [.. _slots.Select(s => s.Slot).Where(s => s is { Index: not null, IsEmpty: false }).OrderBy(s => s.Index)];

    /// <summary>The result of a call, or an event of a stream.</summary>
    public void Take(JsonElement result) => A2aJson.Read(result, "The agent's answer", node =>
    {
        if (node.Child("message") is { } message) TakeMessage(message);
        else if (node.Child("task") is { } task) TakeTask(task);
        else if (node.Child("statusUpdate") is { } status) TakeStatus(status, status.Text("taskId"));
        else if (node.Child("artifactUpdate") is { } artifact) TakeArtifact(artifact);
        else throw AnswerException.Bad("there is none of message, task, statusUpdate and artifactUpdate");
        return true;
    });

    /// <summary>The first event of a stream. A task that goes on may be told first as it stood when it asked: that is no news.</summary>
    public void TakeFirst(JsonElement result, string? continued)
    {
        var isOld = continued is not null && A2aJson.Read(result, "The agent's answer", node =>
            node.Child("task") is { } task && task.Text("id") == continued && TaskStates.IsInterrupted(task.Child("status")?.Text("state")));
        if (isOld) TaskId = continued;
        else Take(result);
    }

    /// <summary>The task as it stands.</summary>
    public void TakeTask(JsonElement result) => A2aJson.Read(result, "The agent's task", node =>
    {
        TakeTask(node);
        return true;
    });

    private void TakeMessage(AnswerNode message)
    {
        Name(message.Text("taskId"), message.Text("contextId"));
        Add(null, PartsOf(message));
        (State, IsOver) = (null, true);
    }

    private void TakeTask(AnswerNode task)
    {
        Name(task.Text("id"), task.Text("contextId"));
        foreach (var artifact in task.Items("artifacts", AnswerLimits.Messages)) Put(artifact.RequiredText("artifactId"), PartsOf(artifact), append: false);
        TakeStatus(task, TaskId);
        if (State == TaskStates.Completed && Replies.Count == 0) TakeLastSaid(task);
    }

    /// <summary>Some agents leave nothing but what they said in the history.</summary>
    private void TakeLastSaid(AnswerNode task)
    {
        var history = task.Items("history", MostParts);
        if (history.Count > 0 && history[^1].Text("role") == "ROLE_AGENT") Add(null, PartsOf(history[^1]));
    }

    private void TakeStatus(AnswerNode holder, string? taskId)
    {
        Name(taskId, holder.Text("contextId"));
        if (holder.Child("status") is not { } status) return;
        State = status.Text("state");
        IsOver = TaskStates.IsTerminal(State) || TaskStates.IsInterrupted(State);
        if (status.Child("message") is not { } message) return;
        var parts = PartsOf(message);
        var spoken = new AnswerSlot();
        var text = spoken.Append(parts, isMessage: true);
        if (!IsOver) Note(text);
        else if (State is TaskStates.Completed or TaskStates.InputRequired or TaskStates.AuthRequired) AddOnce(parts, text);
        Said = text.Length > 0 ? text : Said;
    }

    private void TakeArtifact(AnswerNode update)
    {
        Name(update.Text("taskId"), update.Text("contextId"));
        if (update.Child("artifact") is { } artifact) Put(artifact.RequiredText("artifactId"), PartsOf(artifact), update.Flag("append") ?? false);
    }

    /// <summary>Artifacts are told in pieces, or as a whole again.</summary>
    private void Put(string artifact, IReadOnlyList<AnswerNode> parts, bool append)
    {
        var slot = _slots.Find(s => s.Artifact == artifact).Slot;
        if (slot is null)
        {
            Add(artifact, parts);
            return;
        }

        var before = append ? "" : slot.Text.ToString();
        if (!append) slot.Clear();
        var added = slot.Append(parts, isMessage: false);
        // a whole that goes on from what was told is told from there; another one is shown when it is complete
        if (append) Tell(slot, added);
        else if (added.StartsWith(before, StringComparison.Ordinal)) Tell(slot, added[before.Length..]);
    }

    private void AddOnce(IReadOnlyList<AnswerNode> parts, string text)
    {
        if (text.Length > 0 && _slots.Exists(s => s.Slot.Text.ToString().Trim() == text.Trim())) return;
        Add(null, parts);
    }

    private void Add(string? artifact, IReadOnlyList<AnswerNode> parts)
    {
        if (_slots.Count == AnswerLimits.Messages) throw AnswerException.TooLarge($"the answer has more than {AnswerLimits.Messages} messages");
        var slot = new AnswerSlot();
        _slots.Add((artifact, slot));
        Tell(slot, slot.Append(parts, isMessage: artifact is null));
    }

    private void Tell(AnswerSlot slot, string text)
    {
        if (!slot.IsEmpty) slot.Index ??= _indexed++;
        if (text.Length == 0) return;
        _firstToken ??= time.GetElapsedTime(_began);
        sink.Delta(slot.Index!.Value, Utf8Text.From(text));
    }

    private void Note(string text)
    {
        if (text.Length > 0 && _notes.Count < MostNotes) _notes.Add(new(AgentStepKinds.Note, "status", null, Excerpt.Short(text), null, time.GetUtcNow(), 0));
    }

    private void Name(string? task, string? context)
    {
        if (!string.IsNullOrEmpty(task)) TaskId = task;
        if (!string.IsNullOrEmpty(context)) ContextId = context;
    }

    private static IReadOnlyList<AnswerNode> PartsOf(AnswerNode holder) => holder.Items("parts", MostParts);
}

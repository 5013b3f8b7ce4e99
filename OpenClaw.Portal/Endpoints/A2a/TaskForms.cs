using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>The protocol's forms of what became of a message (a2a.proto as ProtoJSON): the message is the task, its replies are the artifacts.</summary>
/// <param name="calls">Makes links and texts.</param>
/// <param name="tenant">Whose files they are.</param>
internal sealed class TaskForms(ProgramCalls calls, Guid tenant)
{
    /// <summary>A whole task.</summary>
    public object Task(ProgramRecord record, int? historyLength = null, bool withArtifacts = true) => new TaskForm(
        record.Id.ToString(), record.Conversation, Status(record.Id, record.Conversation, record.State, record.Cause, record.Detail, record.ChangedAt),
        withArtifacts && record.Replies.Count > 0 ? [.. record.Replies.Select((r, i) => Artifact(i, r))] : null,
        historyLength is 0 ? null : [Question(record)], null);

    /// <summary>The beginning of a task, as the first event of a stream.</summary>
    public static object Begun(Guid id, string context, DateTimeOffset now) => new { task = new TaskForm(id.ToString(), context, new("TASK_STATE_SUBMITTED", null, Time(now)), null, null, null) };

    /// <summary>The task's state has changed.</summary>
    public static object StatusUpdate(Guid id, string context, StatusForm status) => new { statusUpdate = new { taskId = id.ToString(), contextId = context, status } };

    /// <summary>An agent works on it.</summary>
    public static StatusForm Working(DateTimeOffset now) => new("TASK_STATE_WORKING", null, Time(now));

    /// <summary>How a task ended.</summary>
    public static StatusForm Ended(Guid id, string context, ProgramEnd end, DateTimeOffset now) => Status(id, context, end.State, end.Cause, end.Detail, now);

    /// <summary>A piece of a reply; <paramref name="append"/>: it goes on from what came before.</summary>
    public static object Piece(Guid id, string context, int reply, string text, bool append) =>
        ArtifactUpdate(id, context, new(ArtifactId(reply), null, [new(Text: text)]), append, isLast: false);

    /// <summary>A whole reply, in place of what came of it before.</summary>
    public object Whole(Guid id, string context, int index, ProgramReply reply) => ArtifactUpdate(id, context, Artifact(index, reply), append: false, isLast: true);

    /// <summary>The terminal states that a message's own can be.</summary>
    public static IReadOnlyList<MessageState>? StatesOf(string? state) => state switch
    {
        null or "TASK_STATE_UNSPECIFIED" => null,
        "TASK_STATE_SUBMITTED" => [MessageState.Accepted],
        "TASK_STATE_WORKING" => [MessageState.Dispatched, MessageState.Waiting],
        "TASK_STATE_COMPLETED" => [MessageState.Answered],
        "TASK_STATE_FAILED" => [MessageState.Dead],
        "TASK_STATE_REJECTED" or "TASK_STATE_CANCELED" => [MessageState.Dropped],
        "TASK_STATE_INPUT_REQUIRED" or "TASK_STATE_AUTH_REQUIRED" => [],
        _ => throw RpcFault.Invalid("status", "Is no state of a task."),
    };

    /// <summary>A message that a rule drops was rejected; one that somebody stopped was canceled, and says so.</summary>
    public static string StateOf(MessageState state, string? detail) => state switch
    {
        MessageState.Accepted => "TASK_STATE_SUBMITTED",
        MessageState.Dispatched or MessageState.Waiting => "TASK_STATE_WORKING",
        MessageState.Answered => "TASK_STATE_COMPLETED",
        MessageState.Dropped => detail is null ? "TASK_STATE_REJECTED" : "TASK_STATE_CANCELED",
        _ => "TASK_STATE_FAILED",
    };

    private static StatusForm Status(Guid id, string context, MessageState state, string? cause, string? detail, DateTimeOffset at)
    {
        var said = state is MessageState.Dead or MessageState.Dropped && detail is not null ? cause is null ? detail : $"{cause}: {detail}" : null;
        return new(StateOf(state, detail), said is null ? null : new($"{id}-status", context, id.ToString(), "ROLE_AGENT", [new(Text: said)]), Time(at));
    }

    private ArtifactForm Artifact(int index, ProgramReply reply)
    {
        List<PartForm> parts = [];
        if (ProgramCalls.TextOf(reply) is { Length: > 0 } text) parts.Add(new(Text: text, MediaType: "text/markdown"));
        foreach (var file in reply.Extras?.Attachments ?? []) parts.Add(new(Url: calls.LinkTo(tenant, file), Filename: file.Name, MediaType: file.ContentType));
        if (parts.Count == 0) parts.Add(new(Text: ""));
        return new(ArtifactId(index), reply.Author, parts);
    }

    private MessageForm Question(ProgramRecord record)
    {
        List<PartForm> parts = record.Text.Length > 0 ? [new(Text: record.Text)] : [];
        foreach (var file in record.Extras?.Attachments ?? []) parts.Add(new(Url: calls.LinkTo(tenant, file), Filename: file.Name, MediaType: file.ContentType));
        return new(record.ExternalId, record.Conversation, record.Id.ToString(), "ROLE_USER", parts);
    }

    private static object ArtifactUpdate(Guid id, string context, ArtifactForm artifact, bool append, bool isLast) =>
        new { artifactUpdate = new { taskId = id.ToString(), contextId = context, artifact, append, lastChunk = isLast } };

    private static string ArtifactId(int reply) => $"reply-{reply}";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary><c>TaskStatus</c>.</summary>
internal sealed record StatusForm(string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MessageForm? Message, string Timestamp);

/// <summary><c>Message</c>.</summary>
internal sealed record MessageForm(string MessageId, string ContextId, string TaskId, string Role, IReadOnlyList<PartForm> Parts);

/// <summary><c>Artifact</c>.</summary>
internal sealed record ArtifactForm(string ArtifactId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name, IReadOnlyList<PartForm> Parts);

/// <summary><c>Part</c>.</summary>
internal sealed record PartForm(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Filename = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MediaType = null);

/// <summary><c>Task</c>.</summary>
internal sealed record TaskForm(
    string Id, string ContextId, StatusForm Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ArtifactForm>? Artifacts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MessageForm>? History,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Metadata);

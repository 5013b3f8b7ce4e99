using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>From rows to what the gateway works on.</summary>
internal static class MessageRows
{
    /// <param name="row">The row.</param>
    /// <param name="question">The external id and id of the entry that it answers, where it answers one.</param>
    public static MessageRecord ToRecord(Message row, (Guid Id, string? ExternalId)? question = null) => new()
    {
        Position = row.Position,
        Id = row.Id,
        TenantId = row.TenantId,
        ChannelId = row.ChannelId,
        SessionId = row.SessionId,
        Seq = row.Seq,
        From = row.From,
        ExternalId = row.ExternalId,
        UserId = row.UserId,
        UserName = row.UserName,
        Text = Utf8Text.From(row.Text),
        Extras = MessageExtras.FromJson(row.Extras),
        At = Micros.From(row.At),
        State = row.State,
        IsOutgoing = row.Pending == PendingWork.Send,
        Run = row.Run,
        Index = row.Index,
        Attempts = row.Attempts,
        AgentId = row.AgentId ?? Guid.Empty,
        RoutedAt = Of(row.RoutedAt),
        DispatchedAt = Of(row.DispatchedAt),
        AnsweredAt = Of(row.AnsweredAt),
        DeliveredAt = Of(row.DeliveredAt),
        DueAt = Of(row.DueAt),
        Route = row.Route is null ? null : System.Text.Encoding.UTF8.GetBytes(row.Route),
        Error = row.Error,
        InReplyTo = row.InReplyToSeq is { } seq ? Stub(row, seq, question) : null,
    };

    public static SessionRecord ToRecord(Session row, long lastSeq) => new()
    {
        Id = row.Id,
        RootId = row.RootId,
        Episode = row.Episode,
        Place = new(row.TenantId, row.ChannelId),
        Address = new(row.Conversation, row.Thread, row.UserId, row.UserName),
        State = row.State,
        AgentId = row.AgentId ?? Guid.Empty,
        Assigned = row.Assigned,
        LastSeq = lastSeq,
        Context = Bytes(row.Context),
        Preferences = Bytes(row.Preferences),
        AgentSettings = Bytes(row.AgentSettings),
        Tools = Bytes(row.Tools),
        CreatedAt = Micros.From(row.CreatedAt),
        EndedAt = Of(row.EndedAt),
        LastActivityAt = Micros.From(row.LastActivityAt),
        TakenById = row.TakenById,
        TakenByName = row.TakenByName,
        TakenAt = Of(row.TakenAt),
        NoteToAgent = row.NoteToAgent,
        Stored = true,
    };

    private static MessageRecord Stub(Message reply, long seq, (Guid Id, string? ExternalId)? question) => new()
    {
        Position = 0,
        Id = question?.Id ?? Guid.Empty,
        TenantId = reply.TenantId,
        ChannelId = reply.ChannelId,
        SessionId = reply.SessionId,
        From = MessageFrom.User,
        Seq = seq,
        ExternalId = question?.ExternalId,
    };

    private static long Of(DateTimeOffset? time) => time is { } t ? Micros.From(t) : 0;

    private static byte[]? Bytes(string? text) => text is null ? null : System.Text.Encoding.UTF8.GetBytes(text);
}

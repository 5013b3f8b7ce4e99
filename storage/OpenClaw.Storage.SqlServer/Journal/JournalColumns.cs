using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Storage.SqlServer.Journal;

/// <summary>
/// The lists of a group as they travel: a column, its type in the table, its value. A test holds them against EF's model. An object per writer, because
/// each list has a buffer.
/// </summary>
internal sealed class JournalColumns
{
    private const string Big = "bigint", Int = "int", Small = "tinyint", Bit = "bit", Id = "binary(16)", Text = "nvarchar(max)";

    public JsonRows<SessionRecord> NewSessions { get; } = new(
        "newSessions",
        new("Id", Id, (j, s) => j.Id(s.Id)), new("TenantId", Id, (j, s) => j.Id(s.TenantId)), new("ChannelId", Id, (j, s) => j.Id(s.ChannelId)),
        new("RootId", Id, (j, s) => j.Id(s.RootId)), new("Episode", Int, (j, s) => j.Int(s.Episode)),
        new("Conversation", Text, (j, s) => j.Text(s.Conversation)), new("Thread", Text, (j, s) => j.Text(s.Thread)),
        new("UserId", Text, (j, s) => j.Text(s.UserId)), new("UserName", Text, (j, s) => j.Text(s.UserName)),
        new("State", Small, (j, s) => j.Int((long)s.State)), new("AgentId", Id, (j, s) => j.IdOrNull(s.AgentId)), new("Assigned", Bit, (j, s) => j.Bit(s.Assigned)),
        new("LastSeq", Big, (j, s) => j.Int(s.LastSeq)),
        new("Context", Text, (j, s) => j.Text(s.Context)), new("Preferences", Text, (j, s) => j.Text(s.Preferences)),
        new("AgentSettings", Text, (j, s) => j.Text(s.AgentSettings)), new("Tools", Text, (j, s) => j.Text(s.Tools)),
        new("CreatedAt", Big, (j, s) => j.Int(s.CreatedAt)), new("EndedAt", Big, (j, s) => j.IntOrNull(s.EndedAt)), new("LastActivityAt", Big, (j, s) => j.Int(s.LastActivityAt)),
        new("TakenById", Id, (j, s) => j.IdOrNothing(s.TakenById)), new("TakenByName", Text, (j, s) => j.Text(s.TakenByName)),
        new("TakenAt", Big, (j, s) => j.IntOrNull(s.TakenAt)), new("NoteToAgent", Text, (j, s) => j.Text(s.NoteToAgent)));

    public JsonRows<SessionRecord> ChangedSessions { get; } = new(
        "changedSessions",
        new("Id", Id, (j, s) => j.Id(s.Id)), new("UserName", Text, (j, s) => j.Text(s.UserName)),
        new("State", Small, (j, s) => j.Int((long)s.State)), new("AgentId", Id, (j, s) => j.IdOrNull(s.AgentId)), new("Assigned", Bit, (j, s) => j.Bit(s.Assigned)),
        new("LastSeq", Big, (j, s) => j.Int(s.LastSeq)),
        new("Context", Text, (j, s) => j.Text(s.Context)), new("Preferences", Text, (j, s) => j.Text(s.Preferences)),
        new("AgentSettings", Text, (j, s) => j.Text(s.AgentSettings)), new("Tools", Text, (j, s) => j.Text(s.Tools)),
        new("EndedAt", Big, (j, s) => j.IntOrNull(s.EndedAt)), new("LastActivityAt", Big, (j, s) => j.Int(s.LastActivityAt)),
        new("TakenById", Id, (j, s) => j.IdOrNothing(s.TakenById)), new("TakenByName", Text, (j, s) => j.Text(s.TakenByName)),
        new("TakenAt", Big, (j, s) => j.IntOrNull(s.TakenAt)), new("NoteToAgent", Text, (j, s) => j.Text(s.NoteToAgent)));

    public JsonRows<MessageRecord> NewMessages { get; } = new(
        "newMessages",
        new("Position", Big, (j, m) => j.Int(m.Position)), new("Id", Id, (j, m) => j.Id(m.Id)), new("TenantId", Id, (j, m) => j.Id(m.TenantId)),
        new("ChannelId", Id, (j, m) => j.Id(m.ChannelId)), new("SessionId", Id, (j, m) => j.Id(m.SessionId)), new("Seq", Big, (j, m) => j.Int(m.Seq)),
        new("From", Small, (j, m) => j.Int((long)m.From)), new("ExternalId", Text, (j, m) => j.Text(m.ExternalId)),
        new("UserId", Text, (j, m) => j.Text(m.UserId)), new("UserName", Text, (j, m) => j.Text(m.UserName)),
        new("Text", Text, (j, m) => j.Text(m.Text)), new("Extras", Text, (j, m) => j.Text(m.Extras?.ToJson())),
        new("At", Big, (j, m) => j.Int(m.At)), new("State", Small, (j, m) => j.Int((long)m.State)), new("Pending", Small, (j, m) => j.IntOrNull(Pending(m))),
        new("DueAt", Big, (j, m) => j.IntOrNull(m.DueAt)), new("InReplyToSeq", Big, (j, m) => j.IntOrNull(m.InReplyTo?.Seq ?? 0)),
        new("Run", Int, (j, m) => j.Int(m.Run)), new("Index", Int, (j, m) => j.Int(m.Index)),
        new("RoutedAt", Big, (j, m) => j.IntOrNull(m.RoutedAt)), new("DispatchedAt", Big, (j, m) => j.IntOrNull(m.DispatchedAt)),
        new("AnsweredAt", Big, (j, m) => j.IntOrNull(m.AnsweredAt)), new("DeliveredAt", Big, (j, m) => j.IntOrNull(m.DeliveredAt)),
        new("Attempts", Int, (j, m) => j.Int(m.Attempts)), new("AgentId", Id, (j, m) => j.IdOrNull(m.AgentId)),
        new("Route", Text, (j, m) => j.Text(m.Route)), new("Error", Text, (j, m) => j.Text(m.Error)));

    public JsonRows<MessageRecord> ChangedMessages { get; } = new(
        "changedMessages",
        new("Position", Big, (j, m) => j.Int(m.Position)), new("State", Small, (j, m) => j.Int((long)m.State)), new("Pending", Small, (j, m) => j.IntOrNull(Pending(m))),
        new("DueAt", Big, (j, m) => j.IntOrNull(m.DueAt)), new("Run", Int, (j, m) => j.Int(m.Run)),
        new("RoutedAt", Big, (j, m) => j.IntOrNull(m.RoutedAt)), new("DispatchedAt", Big, (j, m) => j.IntOrNull(m.DispatchedAt)),
        new("AnsweredAt", Big, (j, m) => j.IntOrNull(m.AnsweredAt)), new("Attempts", Int, (j, m) => j.Int(m.Attempts)),
        new("AgentId", Id, (j, m) => j.IdOrNull(m.AgentId)), new("Route", Text, (j, m) => j.Text(m.Route)), new("Error", Text, (j, m) => j.Text(m.Error)));

    public JsonRows<MessageRecord> Receipts { get; } = new(
        "receipts", new("Position", Big, (j, m) => j.Int(m.Position)), new("DeliveredAt", Big, (j, m) => j.Int(m.DeliveredAt)));

    public JsonRows<DeadLetter> DeadLetters { get; } = new(
        "deadLetters",
        new("Id", Id, (j, d) => j.Id(d.Id)), new("TenantId", Id, (j, d) => j.Id(d.TenantId)), new("Stage", Text, (j, d) => j.Text(d.Stage)),
        new("Cause", Text, (j, d) => j.Text(d.Cause)), new("Detail", Text, (j, d) => j.Text(d.Detail)), new("Attempts", Int, (j, d) => j.Int(d.Attempts)),
        new("FirstAt", Big, (j, d) => j.Time(d.FirstAt)), new("LastAt", Big, (j, d) => j.Time(d.LastAt)),
        new("Fingerprint", Text, (j, d) => j.Text(d.Fingerprint)), new("Risk", Text, (j, d) => j.Text(d.Risk)),
        new("MessageId", Id, (j, d) => j.Id(d.MessageId)), new("SessionId", Id, (j, d) => j.Id(d.SessionId)), new("ChannelId", Id, (j, d) => j.Id(d.ChannelId)),
        new("AgentId", Id, (j, d) => j.IdOrNull(d.AgentId)), new("Payload", Text, (j, d) => j.Text(d.Payload)), new("State", Text, (j, d) => j.Text(d.State)),
        new("Position", Big, (j, d) => j.Int(d.Position)), new("PreviousId", Id, (j, d) => j.IdOrNull(d.PreviousId)), new("ReplayId", Id, (j, d) => j.IdOrNull(d.ReplayId)));

    public JsonRows<LetterEnd> LetterEnds { get; } = new(
        "letterEnds", new("Id", Id, (j, e) => j.Id(e.Letter)), new("State", Text, (j, e) => j.Text(e.State)), new("ResolvedAt", Big, (j, e) => j.Int(e.At)));

    public JsonRows<Attempt> Attempts { get; } = new(
        "attempts",
        new("Id", Id, (j, a) => j.Id(a.Id)), new("TenantId", Id, (j, a) => j.Id(a.TenantId)), new("SessionId", Id, (j, a) => j.Id(a.SessionId)),
        new("MessageId", Id, (j, a) => j.Id(a.MessageId)), new("Number", Int, (j, a) => j.Int(a.Number)), new("Run", Int, (j, a) => j.Int(a.Run)),
        new("AgentId", Id, (j, a) => j.IdOrNull(a.AgentId)), new("StartedAt", Big, (j, a) => j.Time(a.StartedAt)), new("EndedAt", Big, (j, a) => j.TimeOrNull(a.EndedAt)),
        new("Kind", Int, (j, a) => j.Int((long)a.Kind)), new("Cause", Text, (j, a) => j.Text(a.Cause)), new("Detail", Text, (j, a) => j.Text(a.Detail)),
        new("Probe", Bit, (j, a) => j.Bit(a.Probe)), new("NextAt", Big, (j, a) => j.TimeOrNull(a.NextAt)));

    public JsonRows<Delivery> Deliveries { get; } = new(
        "deliveries",
        new("Position", Big, (j, d) => j.Int(d.Position)), new("TenantId", Id, (j, d) => j.Id(d.TenantId)), new("MessageId", Id, (j, d) => j.Id(d.MessageId)),
        new("ChannelId", Id, (j, d) => j.Id(d.ChannelId)), new("SessionId", Id, (j, d) => j.Id(d.SessionId)), new("State", Text, (j, d) => j.Text(d.State)),
        new("Attempts", Int, (j, d) => j.Int(d.Attempts)), new("StartedAt", Big, (j, d) => j.Time(d.StartedAt)), new("NextAt", Big, (j, d) => j.TimeOrNull(d.NextAt)),
        new("Parts", Text, (j, d) => j.Text(d.Parts)), new("PossibleDuplicate", Bit, (j, d) => j.Bit(d.PossibleDuplicate)), new("Error", Text, (j, d) => j.Text(d.Error)));

    public JsonRows<ReplyEnd> ReplyEnds { get; } = new(
        "replyEnds",
        new("Position", Big, (j, e) => j.Int(e.Position)), new("State", Small, (j, e) => j.Int((long)e.State)), new("DeliveredAt", Big, (j, e) => j.IntOrNull(e.DeliveredAt)),
        new("Receipt", Text, (j, e) => j.Text(e.Receipt)), new("Error", Text, (j, e) => j.Text(e.Error)));

    public JsonRows<EventOutcome> EventOutcomes { get; } = new(
        "eventOutcomes",
        new("Id", Id, (j, o) => j.Id(o.Id)), new("State", Text, (j, o) => j.Text(o.State)), new("Attempts", Int, (j, o) => j.Int(o.Attempts)),
        new("NextAt", Big, (j, o) => j.IntOrNull(o.NextAt)), new("LastAt", Big, (j, o) => j.Int(o.LastAt)), new("Status", Int, (j, o) => j.IntOrNull(o.Status ?? 0)),
        new("Milliseconds", Int, (j, o) => j.Int(o.Milliseconds)), new("Error", Text, (j, o) => j.Text(o.Error)));

    public JsonRows<EntryPlace> Places { get; } = new(
        "places", new("SessionId", Id, (j, p) => j.Id(p.Session)), new("Seq", Big, (j, p) => j.Int(p.Seq)), new("Position", Big, (j, p) => j.Int(p.Position)));

    public JsonRows<EventDelivery> EventDeliveries { get; } = new(
        "eventDeliveries",
        new("Id", Id, (j, d) => j.Id(d.Id)), new("TenantId", Id, (j, d) => j.Id(d.TenantId)), new("WebhookId", Id, (j, d) => j.Id(d.WebhookId)),
        new("SessionId", Id, (j, d) => j.IdOrNull(d.SessionId)), new("EventId", Id, (j, d) => j.Id(d.EventId)), new("Type", Text, (j, d) => j.Text(d.Type)),
        new("Body", Text, (j, d) => j.Text(d.Body)), new("At", Big, (j, d) => j.Time(d.At)), new("State", Text, (j, d) => j.Text(d.State)),
        new("Attempts", Int, (j, d) => j.Int(d.Attempts)), new("NextAt", Big, (j, d) => j.TimeOrNull(d.NextAt)), new("LastAt", Big, (j, d) => j.TimeOrNull(d.LastAt)),
        new("Status", Int, (j, d) => j.IntOrNull(d.Status ?? 0)), new("Milliseconds", Int, (j, d) => j.IntOrNull(d.Milliseconds ?? 0)), new("Error", Text, (j, d) => j.Text(d.Error)));

    /// <summary>What somebody must still do with it, as it is in the partial index.</summary>
    private static long Pending(MessageRecord message) => (message.From, message.State) switch
    {
        (MessageFrom.User, MessageState.Accepted or MessageState.Dispatched) => (long)PendingWork.Handle,
        (MessageFrom.User, MessageState.Waiting) => (long)PendingWork.LateAnswer,
        (not MessageFrom.User, MessageState.Answered) when message is { IsOutgoing: true, DeliveredAt: 0 } => (long)PendingWork.Send,
        _ => 0,
    };
}

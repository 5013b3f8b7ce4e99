using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Makes views of message rows.</summary>
internal sealed class MessageViews(IFileLinks links)
{
    public MessageView Of(Message row, Guid? inReplyTo) => Fill(row, inReplyTo, MessageExtras.FromJson(row.Extras));

    public MessageView InSession(Message row, QuestionView? question, QuestionView? answer = null, string? replayed = null) =>
        Of(row, question?.Id) with { Question = question, AnsweredAtSeq = answer?.Seq, AnsweredText = answer?.Text, ReplayedText = replayed };


    public ReplyView Reply(Message row, Guid question, DeliveryViews deliveries)
    {
        var view = Fill(row, question, MessageExtras.FromJson(row.Extras));
        return new()
        {
            Id = view.Id, ExternalId = view.ExternalId, SessionId = view.SessionId, Seq = view.Seq, From = view.From, Text = view.Text,
            Attachments = view.Attachments, Buttons = view.Buttons, Button = view.Button, Group = view.Group, Card = view.Card, Mail = view.Mail, InReplyTo = question, At = view.At,
            State = view.State, Author = view.Author, AgentId = view.AgentId, Sent = view.Sent, Delivery = deliveries.Of(row),
        };
    }

    public MessageTrace Trace(Message row, Guid? inReplyTo, IReadOnlyList<Message> replies, DeliveryViews deliveries, DeadLetter? dead, IReadOnlyList<Attempt>? failures = null, IReadOnlyList<DeadLetter>? letters = null)
    {
        var view = Fill(row, inReplyTo, MessageExtras.FromJson(row.Extras));
        return new()
        {
            Id = view.Id, ExternalId = view.ExternalId, SessionId = view.SessionId, Seq = view.Seq, From = view.From, Text = view.Text,
            Attachments = view.Attachments, Buttons = view.Buttons, Button = view.Button, Group = view.Group, Card = view.Card, Mail = view.Mail, InReplyTo = inReplyTo, At = view.At,
            State = view.State, Author = view.Author, AgentId = view.AgentId, Sent = view.Sent,
            Attempts = view.Attempts, NextTryAt = view.NextTryAt,
            Failures = failures is { Count: > 0 } ? [.. failures.Select(a => new AttemptView(a.Number, a.Run, a.AgentId, null, a.StartedAt, a.EndedAt, Names.Of(a.Kind), a.Cause, a.Detail, a.NextAt))] : null,
            Letters = [.. (letters ?? (dead is null ? [] : [dead])).Select(d => new TraceLetter(d.Id, d.Cause, d.State, d.LastAt, d.ResolvedAt, d.ResolvedBy, d.ReplayPayload is not null, d.ReplayAgentId))],
            Stages = TraceStages.Of(row, replies, dead),
            Route = SavedJson.Route(row.Route, row.AgentId),
            Replies = [.. replies.Select(r => Reply(r, row.Id, deliveries))],
            Reports = deliveries.ReportsOf(row.Id),
        };
    }

    internal static DeliveryView Delivery(Message row) => row switch
    {
        { DeliveredAt: not null } => new("delivered", 1, row.Receipt, null),
        { State: MessageState.Dead } => new("failed", 1, row.Receipt, row.Error),
        _ => new("pending", 1, row.Receipt, row.Error),
    };

    private MessageView Fill(Message row, Guid? inReplyTo, MessageExtras? extras) => new()
    {
        Id = row.Id,
        ExternalId = row.ExternalId,
        SessionId = row.SessionId,
        Seq = row.Seq,
        From = Names.Of(row.From),
        Text = row.Text,
        Attachments = [.. (extras?.Attachments ?? []).Select(a => new AttachmentView(a.Name, a.ContentType, a.Size, links.Create(row.TenantId, a)))],
        Buttons = extras?.Buttons ?? [],
        Button = extras?.Button,
        Group = extras?.IsGroup,
        Card = extras?.Card,
        Mail = MailView.Of(extras?.Mail),
        InReplyTo = inReplyTo,
        At = row.At,
        State = Names.Of(row.State),
        Author = row.UserId is null && row.UserName is null ? null : new(row.UserId ?? "", row.UserName),
        AgentId = row.AgentId,
        Attempts = row.Attempts,
        NextTryAt = row is { From: MessageFrom.User, Pending: PendingWork.Handle, Attempts: > 0 } ? row.DueAt : null,
        IsInLane = row.Pending == PendingWork.Send,
        Sent = row.From == MessageFrom.User ? null : Delivery(row),
    };
}

using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Delivery.Previews;

/// <summary>One growing answer on its platform. Guarded by its desk.</summary>
internal sealed class LivePreview
{
    private readonly StringBuilder _text = new();

    public required Guid TenantId { get; init; }
    public required Guid SessionId { get; init; }
    public required Guid QuestionId { get; init; }
    public required int Run { get; init; }
    public required int Index { get; init; }

    /// <summary>The reply that it becomes: another one in a later attempt.</summary>
    public required Guid ReplyId { get; set; }

    /// <summary>Null for one that an earlier run left.</summary>
    public SessionAddress? Address { get; set; }
    public AnsweredEntry? Question { get; set; }

    /// <summary>The platform's id of the message that shows it, on record.</summary>
    public string? Receipt { get; set; }

    /// <summary>What it shows.</summary>
    public string Shown { get; set; } = "";

    /// <summary>The reply is there: nothing more is shown before it.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>The platform shows no more of it.</summary>
    public bool IsOver { get; set; }

    /// <summary>An attempt is under way that it belongs to.</summary>
    public bool IsWorking { get; set; }

    public DateTimeOffset IdleSince { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    /// <summary>What shows it; completed when nothing does.</summary>
    public Task Showing { get; set; } = Task.CompletedTask;

    /// <summary>Ends the pause before the next edit.</summary>
    public CancellationTokenSource? Pause { get; set; }

    public string Text => _text.ToString();

    /// <summary>Something is to be shown that is not.</summary>
    public bool IsDirty => !IsClaimed && !IsOver && _text.Length > 0 && !_text.Equals(Shown);

    public void Grow(int index, Utf8Text piece)
    {
        if (index == 0) _text.Clear();
        _text.Append(piece.ToString());
    }

    public AnswerPreview ToRow(Guid channel, DateTimeOffset at) => new()
    {
        MessageId = QuestionId, Run = Run, Index = Index, TenantId = TenantId, ChannelId = channel, SessionId = SessionId, ReplyId = ReplyId, Receipt = Receipt ?? "", At = at,
    };

    public static LivePreview Of(AnswerPreview row, DateTimeOffset now) => new()
    {
        TenantId = row.TenantId, SessionId = row.SessionId, QuestionId = row.MessageId, Run = row.Run, Index = row.Index, ReplyId = row.ReplyId, Receipt = row.Receipt, IdleSince = now,
    };
}

using System.Text;
using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>
/// A program's wait for what becomes of one message. Pieces that come faster than the program reads are joined, so that a slow reader holds up nobody and costs
/// no more than the answer's size. Going away ends the wait, never the message.
/// </summary>
public sealed class ProgramTalk : IMessageWatcher, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Pending> _pending = [];
    private readonly HashSet<int> _begun = [];
    private readonly List<MessageRecord> _replies = [];
    private readonly IMessageWatches _watches;
    private readonly IDisposable _watch;
    private bool _isWorking;
    private bool _isWaiting;
    private ProgramEnd? _end;

    internal ProgramTalk(IMessageWatches watches, Guid root, string externalId)
    {
        _watches = watches;
        _watch = watches.Watch(root, externalId, this);
    }

    /// <summary>What became of the offered message.</summary>
    public AcceptOutcome Accepted { get; internal set; }

    /// <summary>The name of its session, where that is not the one of this call: it was sent before under another one.</summary>
    public string? Conversation { get; internal set; }

    /// <summary>The same id was used before for a message that said something else, or asked somebody else.</summary>
    public bool IsOther { get; internal set; }

    /// <summary>The channel that it came in by.</summary>
    public Guid Channel { get; internal init; }

    /// <summary>Waits until something happens, and takes all that did.</summary>
    public async ValueTask<ProgramStep> NextAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var step = new ProgramStep([.. _pending.Select(p => new ProgramPiece(p.Reply, p.Anew, p.Text.ToString()))], _isWorking, _isWaiting, _end);
            _pending.Clear();
            return step;
        }
    }

    /// <summary>Waits until it is over.</summary>
    public async ValueTask<ProgramEnd> EndAsync(CancellationToken cancellationToken)
    {
        while (true)
            if ((await NextAsync(cancellationToken).ConfigureAwait(false)).End is { } end) return end;
    }

    /// <summary>The program has the answer.</summary>
    public void Delivered()
    {
        MessageRecord[] replies;
        lock (_lock) replies = [.. _replies];
        _watches.Delivered(replies);
    }

    /// <summary>It was over before anybody waited.</summary>
    internal void Known(ProgramEnd end)
    {
        lock (_lock)
        {
            if (_end is not null) return;
            _end = end;
        }

        Signal();
    }

    /// <inheritdoc />
    void IMessageWatcher.OnWork()
    {
        lock (_lock)
        {
            if (_isWorking) return;
            _isWorking = true;
        }

        Signal();
    }

    /// <inheritdoc />
    void IMessageWatcher.OnDelta(int reply, int index, Utf8Text text)
    {
        lock (_lock)
        {
            if (_end is not null) return;
            _isWorking = true;
            var anew = index == 0 && !_begun.Add(reply);
            if (anew) _pending.RemoveAll(p => p.Reply == reply);
            if (anew || _pending.Count == 0 || _pending[^1].Reply != reply) _pending.Add(new(reply, anew, new()));
            _pending[^1].Text.Append(text.ToString());
        }

        Signal();
    }

    /// <inheritdoc />
    void IMessageWatcher.OnOutcome(MessageOutcome outcome)
    {
        lock (_lock)
        {
            if (_end is not null) return;
            _replies.AddRange(outcome.Replies);
            if (outcome.IsEnd) _end = new(outcome.State, [.. _replies.Select(ReplyOf)], outcome.Cause, outcome.State == MessageState.Answered ? null : outcome.Detail, outcome.Usage);
            else _isWaiting = true;
        }

        Signal();
    }

    /// <summary>Ends the wait; the message goes on.</summary>
    public void Dispose() => _watch.Dispose();

    internal static ProgramReply ReplyOf(MessageRecord reply) => new(reply.Id, reply.Text.ToString(), reply.Extras, reply.UserName);

    private void Signal() => _signal.Writer.TryWrite(true);

    private sealed record Pending(int Reply, bool Anew, StringBuilder Text);
}

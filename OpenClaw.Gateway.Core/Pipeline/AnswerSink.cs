using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline.Watches;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>
/// Passes an answer's pieces on to who watches the session. A reply gets its id with its first piece; the whole message has the same.
/// </summary>
internal sealed class AnswerSink(LiveSession session, MessageRecord question, MessagePosition positions, MessageWatches? watches = null) : IAnswerSink
{
    private List<Preview>? _previews;
    private int _typing;

    /// <summary>Says once that the agent works: when it is waited for, or with its first piece, whichever comes first.</summary>
    public void Work()
    {
        if (Interlocked.Exchange(ref _typing, 1) != 0) return;
        session.TellTyping(question, on: true);
        watches?.Work(session.Record.RootId, question);
    }

    public void Delta(int reply, Utf8Text text)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reply);
        Work();
        _previews ??= [];
        while (_previews.Count <= reply)
        {
            var (position, id) = positions.Next();
            _previews.Add(new Preview { Position = position, Id = id });
        }

        var preview = _previews[reply];
        var index = preview.Pieces++;
        session.TellDelta(question, (preview.Id, reply), index, text);
        watches?.Delta(session.Record.RootId, question, reply, index, text);
    }

    /// <summary>Position and id of that reply.</summary>
    public (long Position, Guid Id) Take(int reply) =>
        _previews is not null && reply < _previews.Count ? (_previews[reply].Position, _previews[reply].Id) : positions.Next();

    /// <summary>The attempt is over without an answer: what was shown of it is taken back. The next attempt shows its own under the same ids.</summary>
    public void Discard()
    {
        if (_previews is null) return;
        for (var i = 0; i < _previews.Count; i++)
        {
            session.TellDelta(question, (_previews[i].Id, i), 0, Utf8Text.Empty);
            watches?.Delta(session.Record.RootId, question, i, 0, Utf8Text.Empty);
            _previews[i].Pieces = 0;
        }

        _typing = 0;
    }

    private sealed class Preview
    {
        public required long Position { get; init; }
        public required Guid Id { get; init; }
        public int Pieces { get; set; }
    }
}

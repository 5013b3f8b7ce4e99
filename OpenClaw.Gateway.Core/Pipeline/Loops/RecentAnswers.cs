using System.Runtime.InteropServices;

namespace OpenClaw.Gateway.Core.Pipeline.Loops;

/// <summary>Texts that agents answered a short while ago, by their hash: the same text coming in by another channel is one that came back.</summary>
internal sealed class RecentAnswers
{
    private const int Most = 4096;
    private readonly Dictionary<long, Answer> _answers = [];
    private readonly Queue<(long Hash, long At)> _order = new();
    private readonly Lock _lock = new();

    /// <summary>An answer was given, to a message that had come back so often.</summary>
    public void Add(long hash, Guid channel, int bounces, long now)
    {
        lock (_lock)
        {
            _answers[hash] = new(channel, bounces, now);
            _order.Enqueue((hash, now));
            while (_order.Count > Most) Drop();
        }
    }

    /// <summary>How often that text came back by now, this time counted; 0 when no other channel gave it as an answer within the span.</summary>
    public int BouncesOf(long hash, Guid channel, long now, long span)
    {
        if (hash == 0) return 0;
        lock (_lock)
        {
            // one answer explains one message
            if (!_answers.TryGetValue(hash, out var answer) || answer.Channel == channel || now - answer.At > span || !_answers.Remove(hash)) return 0;
            return answer.Bounces + 1;
        }
    }

    public void Prune(long now, long span)
    {
        lock (_lock)
            while (_order.TryPeek(out var oldest) && now - oldest.At > span) Drop();
    }

    private void Drop()
    {
        var (hash, at) = _order.Dequeue();
        if (_answers.TryGetValue(hash, out var answer) && answer.At == at) _answers.Remove(hash);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Answer(Guid Channel, int Bounces, long At);
}

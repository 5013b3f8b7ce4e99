using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Events;

/// <summary>One tenant's recent events and listeners.</summary>
internal sealed class Feed
{
    /// <summary>Events kept for those who come back.</summary>
    public const int Kept = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<GatewayEvent> _recent = new();
    private ChannelWriter<GatewayEvent?>[] _listeners = [];
    private long _number;
    private DateTimeOffset? _leftAt;
    private bool _closed;

    /// <summary>True when the last listener left before that moment; nothing can be added then.</summary>
    public bool IsAbandoned(DateTimeOffset before)
    {
        lock (_lock) return _closed |= _leftAt < before;
    }

    public void Publish(Func<long, GatewayEvent> make)
    {
        lock (_lock)
        {
            var item = make(++_number);
            _recent.Enqueue(item);
            if (_recent.Count > Kept) _recent.Dequeue();
            foreach (var listener in _listeners) listener.TryWrite(item);
        }
    }

    /// <summary>Adds a listener, first giving it what it missed, or null when that is not known any more.</summary>
    public bool TryAdd(ChannelWriter<GatewayEvent?> listener, long last, bool resume)
    {
        lock (_lock)
        {
            if (_closed) return false;
            if (resume)
            {
                var known = last >= 0 && last <= _number && last >= _number - _recent.Count;
                if (!known) listener.TryWrite(null);
                else
                    foreach (var item in _recent.Skip((int)(_recent.Count - (_number - last)))) listener.TryWrite(item);
            }

            _listeners = [.. _listeners, listener];
            _leftAt = null;
            return true;
        }
    }

    public void Remove(ChannelWriter<GatewayEvent?> listener, DateTimeOffset now)
    {
        lock (_lock)
        {
            _listeners = [.. _listeners.Where(l => l != listener)];
            if (_listeners.Length == 0) _leftAt = now;
        }
    }
}

using System.Collections.Concurrent;

namespace OpenClaw.Gateway.Core.Pipeline.Watches;

/// <summary>Messages that nobody wants answered any more, until they are dropped. Nearly always empty.</summary>
internal sealed class UnwantedMessages
{
    private readonly ConcurrentDictionary<Guid, bool> _messages = new();

    public void Add(Guid message) => _messages[message] = true;

    public bool Contains(Guid message) => !_messages.IsEmpty && _messages.ContainsKey(message);

    public void Remove(Guid message)
    {
        if (!_messages.IsEmpty) _messages.TryRemove(message, out _);
    }
}

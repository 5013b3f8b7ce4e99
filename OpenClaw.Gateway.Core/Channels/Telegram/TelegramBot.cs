using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>A bot that is connected now: its listener makes it, its sender uses it.</summary>
internal sealed class TelegramBot(IChannelConnection connection, TelegramAccess access, TelegramUser me) : IDisposable
{
    private readonly CancellationTokenSource _refused = new();

    public IChannelConnection Connection => connection;

    public TelegramAccess Access => access;

    public TelegramUser Me => me;

    /// <summary>The albums of which one part was for the bot: the others are too, though only one has the caption.</summary>
    public AddressedAlbums Albums { get; } = new();

    /// <summary>Ends when Telegram refuses the token, to whomever.</summary>
    public CancellationToken Refused => _refused.Token;

    /// <summary>What it said then.</summary>
    public TelegramFailure? Refusal { get; private set; }

    /// <summary>The token was refused to the sender: the listener need not wait for its own call to find out.</summary>
    public void Refuse(TelegramFailure failure)
    {
        Refusal ??= failure;
        try
        {
            _refused.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the connection has ended meanwhile
        }
    }

    public void Dispose() => _refused.Dispose();
}

/// <summary>The bots that are connected, by channel.</summary>
internal sealed class TelegramBots
{
    private readonly ConcurrentDictionary<Guid, TelegramBot> _byChannel = new();

    public TelegramBot? Find(Guid channel) => _byChannel.GetValueOrDefault(channel);

    public void Add(TelegramBot bot) => _byChannel[bot.Connection.Channel.Id] = bot;

    public void Remove(TelegramBot bot) => _byChannel.TryRemove(new(bot.Connection.Channel.Id, bot));
}

/// <summary>The last albums of which a part was addressed to the bot.</summary>
internal sealed class AddressedAlbums
{
    private const int Most = 100;
    private readonly Lock _lock = new();
    private readonly Queue<string> _inOrder = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public void Add(string album)
    {
        lock (_lock)
        {
            if (!_known.Add(album)) return;
            _inOrder.Enqueue(album);
            if (_inOrder.Count > Most) _known.Remove(_inOrder.Dequeue());
        }
    }

    public bool Contains(string album)
    {
        lock (_lock) return _known.Contains(album);
    }
}

using System.Security.Cryptography;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Threads;

/// <summary>Each channel's key for the threads in its addresses: made once, kept encrypted.</summary>
internal sealed class MailKeys
{
    private const string Note = "mail.key";
    private readonly IChannelMemory _memory;
    private readonly ICatalog _catalog;
    private readonly PerChannel<byte[]> _keys;

    public MailKeys(IChannelMemory memory, ICatalog catalog)
    {
        (_memory, _catalog) = (memory, catalog);
        _keys = new(catalog, ReadAsync);
    }

    public async ValueTask<byte[]> GetAsync(ChannelModel channel, CancellationToken cancellationToken) => await _keys.GetAsync(channel.Id, cancellationToken);

    private async Task<byte[]> ReadAsync(Guid channel)
    {
        var model = _catalog.FindChannel(channel) ?? throw new InvalidOperationException("The channel is gone.");
        var notes = _memory.Of(model);
        if (await notes.GetAsync(Note, CancellationToken.None) is { } known) return Convert.FromBase64String(known);
        var key = RandomNumberGenerator.GetBytes(32);
        await notes.SetAsync([new(Note, Convert.ToBase64String(key))], null, secret: true, CancellationToken.None);
        return key;
    }
}

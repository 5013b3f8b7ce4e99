using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels;

/// <summary>
/// What is kept in memory of each channel from the first time on that it is asked for: read once, however many ask; again when reading failed. What belongs to
/// channels that are no more goes with the next reading.
/// </summary>
internal sealed class PerChannel<T>(ICatalog catalog, Func<Guid, Task<T>> read)
{
    private readonly ConcurrentDictionary<Guid, Lazy<Task<T>>> _channels = new();

    public async Task<T> GetAsync(Guid channel, CancellationToken cancellationToken)
    {
        var reading = _channels.GetOrAdd(channel, id => new(() => ReadAsync(id)));
        try
        {
            return await reading.Value.WaitAsync(cancellationToken);
        }
        catch when (reading.Value.IsFaulted)
        {
            _channels.TryRemove(new(channel, reading));
            throw;
        }
    }

    /// <summary>It is read again when it is next asked for.</summary>
    public void Forget(Guid channel) => _channels.TryRemove(channel, out _);

    private Task<T> ReadAsync(Guid channel)
    {
        foreach (var gone in _channels.Keys.Where(id => id != channel && catalog.FindChannel(id) is null)) _channels.TryRemove(gone, out _);
        return read(channel);
    }
}

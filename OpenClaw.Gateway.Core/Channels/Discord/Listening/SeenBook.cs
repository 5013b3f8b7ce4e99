using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>The last message of each known Discord channel that was dealt with: where catch-up begins. Written every few seconds, never ahead of the truth.</summary>
internal sealed class SeenBook(IChannelNotes notes)
{
    private const string Prefix = "seen:";
    private const int Most = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (ulong Last, Place Place)> _seen = [];
    private readonly HashSet<ulong> _changed = [];

    /// <summary>The known channels, the liveliest first.</summary>
    public IReadOnlyList<(ulong Channel, ulong Last, Place Place)> All
    {
        get
        {
            lock (_lock) return [.. _seen.Select(s => (s.Key, s.Value.Last, s.Value.Place)).OrderByDescending(s => s.Last)];
        }
    }

    /// <summary>Reads what an earlier run left.</summary>
    public async ValueTask LoadAsync(Places places, CancellationToken cancellationToken)
    {
        foreach (var (name, note) in await notes.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            var fields = note.Split(' ');
            if (fields.Length != 4 || !Snowflake.TryParse(name[Prefix.Length..], out var channel) || !ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out var last)
                || !ulong.TryParse(fields[1], CultureInfo.InvariantCulture, out var conversation) || !ulong.TryParse(fields[2], CultureInfo.InvariantCulture, out var thread)
                || !ulong.TryParse(fields[3], CultureInfo.InvariantCulture, out var guild)) continue;
            lock (_lock) _seen[channel] = (last, places.Keep(channel, new(conversation, thread, guild)));
        }
    }

    /// <summary>A message was dealt with.</summary>
    public void Saw(ulong channel, ulong message, Place place)
    {
        lock (_lock)
        {
            if (_seen.TryGetValue(channel, out var known) && known.Last >= message) return;
            if (_seen.Count >= Most && !_seen.ContainsKey(channel)) _seen.Remove(_seen.MinBy(s => s.Value.Last).Key);
            _seen[channel] = (message, place);
            _changed.Add(channel);
        }
    }

    /// <summary>The channel is not there any more.</summary>
    public void Forget(ulong channel)
    {
        lock (_lock)
        {
            _seen.Remove(channel);
            _changed.Add(channel);
        }
    }

    /// <summary>Writes what changed.</summary>
    public async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string?>> values;
        lock (_lock)
        {
            if (_changed.Count == 0) return;
            values = [.. _changed.Select(c => new KeyValuePair<string, string?>(Prefix + Snowflake.Text(c), _seen.TryGetValue(c, out var s) ? string.Create(CultureInfo.InvariantCulture, $"{s.Last} {s.Place.Conversation} {s.Place.Thread} {s.Place.Guild}") : null))];
            _changed.Clear();
        }

        await notes.SetAsync(values, Kept, secret: false, cancellationToken).ConfigureAwait(false);
    }
}

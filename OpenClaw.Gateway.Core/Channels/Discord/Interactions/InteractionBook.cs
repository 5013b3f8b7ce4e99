using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Discord.Interactions;

/// <summary>An interaction that can still be answered by its token.</summary>
internal sealed record OpenInteraction(ulong Id, ulong Application, string Token)
{
    /// <summary>Its deferred answer waits to be filled in.</summary>
    public bool HasOriginal { get; init; }

    /// <summary>Its message is durable.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>The part that fills in the deferred answer; null = none yet.</summary>
    public Guid? Original { get; init; }

    /// <summary>Says which, not its token.</summary>
    public override string ToString() => $"interaction {Id}";
}

/// <summary>The interactions of one bot that can still be answered. Their tokens are kept, encrypted, so that a restart can answer them too.</summary>
internal sealed class InteractionBook(TimeProvider time)
{
    /// <summary>How their messages are known: <c>i</c> and the id.</summary>
    public const string Mark = "i";
    private const string Prefix = "interaction:";
    private const int Most = 500;

    /// <summary>Discord takes a token for 15 minutes; the last seconds are left for the way.</summary>
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<ulong, OpenInteraction> _open = new();
    private readonly Lock _lock = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>The external id of an interaction's message.</summary>
    public static string ExternalId(ulong id) => Mark + Snowflake.Text(id);

    /// <summary>The interaction of a message that can still be answered; null when it is none, or too late.</summary>
    public OpenInteraction? Find(string? externalId) =>
        externalId is not null && externalId.StartsWith(Mark, StringComparison.Ordinal) && Snowflake.TryParse(externalId[Mark.Length..], out var id) ? Find(id) : null;

    /// <summary>The same by its id.</summary>
    public OpenInteraction? Find(ulong id) => _open.TryGetValue(id, out var open) && IsGood(id) ? open : null;

    /// <summary>Those whose messages never became durable.</summary>
    public IReadOnlyList<OpenInteraction> Lost => [.. _open.Values.Where(i => !i.IsAccepted)];

    /// <summary>Reads what an earlier run left.</summary>
    public async ValueTask LoadAsync(IChannelNotes notes, CancellationToken cancellationToken)
    {
        foreach (var (name, note) in await notes.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            var json = Lenient.Parse(System.Text.Encoding.UTF8.GetBytes(note));
            if (!Snowflake.TryParse(name[Prefix.Length..], out var id) || json.Words("token") is not { } token) continue;
            _open.TryAdd(id, new(id, json.Id("application"), token)
            {
                HasOriginal = json.Flag("hasOriginal"), IsAccepted = json.Flag("accepted"), Original = Guid.TryParse(json.Text("original"), out var part) ? part : null,
            });
        }
    }

    /// <summary>Keeps a new one; what is known of it stays. Durable at return.</summary>
    public ValueTask AddAsync(IChannelNotes notes, OpenInteraction interaction, CancellationToken cancellationToken)
    {
        if (_open.Count >= Most)
            foreach (var old in _open.Keys.Where(id => !IsGood(id))) _open.TryRemove(old, out _);
        return _open.TryAdd(interaction.Id, interaction) ? WriteAsync(notes, interaction.Id, cancellationToken) : default;
    }

    /// <summary>Keeps what changed of one; null when it is not known. Durable at return.</summary>
    public async ValueTask<OpenInteraction?> ChangeAsync(IChannelNotes notes, ulong id, Func<OpenInteraction, OpenInteraction> change, CancellationToken cancellationToken)
    {
        while (_open.TryGetValue(id, out var now))
        {
            var changed = change(now);
            if (changed == now) return now;
            if (!_open.TryUpdate(id, changed, now)) continue;
            await WriteAsync(notes, id, cancellationToken).ConfigureAwait(false);
            return changed;
        }

        return null;
    }

    /// <summary>Nothing more is answered by it.</summary>
    public async ValueTask ForgetAsync(IChannelNotes notes, ulong id, CancellationToken cancellationToken)
    {
        _open.TryRemove(id, out _);
        await notes.SetAsync(Prefix + Snowflake.Text(id), null, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask WriteAsync(IChannelNotes notes, ulong id, CancellationToken cancellationToken)
    {
        // one after the other, so that the last one written is the last one known
        lock (_lock) return new((_writing = WriteAfterAsync(_writing, notes, id)).WaitAsync(cancellationToken));
    }

    private async Task WriteAfterAsync(Task before, IChannelNotes notes, ulong id)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = Snowflake.TimeOf(id) + Good - time.GetUtcNow();
        if (left <= TimeSpan.Zero || !_open.TryGetValue(id, out var interaction)) return;
        var value = JsonSerializer.Serialize(new
        {
            application = Snowflake.Text(interaction.Application), token = interaction.Token, hasOriginal = interaction.HasOriginal, accepted = interaction.IsAccepted,
            original = interaction.Original?.ToString("D", CultureInfo.InvariantCulture),
        });
        await notes.SetAsync([new(Prefix + Snowflake.Text(id), value)], left, secret: true, CancellationToken.None).ConfigureAwait(false);
    }

    private bool IsGood(ulong id) => Snowflake.TimeOf(id) + Good > time.GetUtcNow();
}

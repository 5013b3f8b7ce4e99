using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>What a look back found.</summary>
/// <param name="Channels">Discord channels that were looked at.</param>
/// <param name="Failed">Of those, the ones that could not be read.</param>
/// <param name="Cut">Of those, the ones with more messages than may be fetched.</param>
internal sealed record LookBack(int Channels, int Failed, int Cut);

/// <summary>Fetches by REST what was written in known channels while no session held: bounded, oldest first, in front of what comes meanwhile.</summary>
internal sealed class CatchUp(DiscordBot bot, Intake intake, SeenBook seen)
{
    private const int Page = 100;
    private const int MostChannels = 200;

    /// <summary>The channels to be looked at. They are held from here on.</summary>
    public IReadOnlyList<(ulong Channel, ulong Last)> Hold(Func<ulong, bool> isOfShard)
    {
        IReadOnlyList<(ulong, ulong)> channels = [.. seen.All.Where(s => isOfShard(s.Place.Guild)).Take(MostChannels).Select(s => (s.Channel, s.Last))];
        foreach (var (channel, _) in channels) intake.Hold(channel);
        return channels;
    }

    /// <summary>Looks at them; all are released at return. What it finds counts in <paramref name="tally"/> and is done with in <paramref name="ledger"/>.</summary>
    public async ValueTask<LookBack> RunAsync(IReadOnlyList<(ulong Channel, ulong Last)> channels, int most, Tally tally, SequenceLedger ledger, CancellationToken cancellationToken)
    {
        var (failed, cut, sequence, next) = (0, 0, 0L, 0);
        try
        {
            for (; next < channels.Count; next++)
            {
                var (channel, last) = channels[next];
                IReadOnlyList<JsonElement> messages = [];
                if (most > 0)
                {
                    try
                    {
                        (messages, var isCut) = await FetchAsync(channel, last, most, cancellationToken).ConfigureAwait(false);
                        if (isCut) cut++;
                    }
                    catch (DiscordException e)
                    {
                        failed++;
                        if (e.Code == DiscordErrors.UnknownChannel) seen.Forget(channel);
                    }
                }

                List<IntakeItem> items = [];
                foreach (var message in messages)
                {
                    ledger.Open(++sequence);
                    items.Add(new(channel, message, message.GetRawText().Length) { Ledger = ledger, Sequence = sequence, Tally = tally });
                }

                intake.Release(channel, items);
            }
        }
        finally
        {
            for (; next < channels.Count; next++) intake.Release(channels[next].Channel, []);
        }

        // the ledger counts from 1; with nothing found it is done at once
        await ledger.ReachAsync(sequence, cancellationToken).ConfigureAwait(false);
        return new(channels.Count, failed, cut);
    }

    private async ValueTask<(IReadOnlyList<JsonElement> Messages, bool IsCut)> FetchAsync(ulong channel, ulong after, int most, CancellationToken cancellationToken)
    {
        List<JsonElement> found = [];
        for (var pages = 0; pages < (most / Page * 2) + 2; pages++)
        {
            var answer = await bot.Api.GetMessagesAsync(channel, after, Page, cancellationToken).ConfigureAwait(false);
            if (answer.ValueKind != JsonValueKind.Array) throw new DiscordException(FailureKind.Transient, "Discord's answer is no list of messages.");
            var page = answer.EnumerateArray().Where(m => m.Id() > after).OrderBy(m => m.Id()).ToList();
            // the bot's own answers stand between them and do not count
            found.AddRange(page.Where(m => m.Get("author").Id() != bot.Id));
            if (found.Count > most) return (found[..most], true);
            if (page.Count < Page) return (found, false);
            after = page[^1].Id();
        }

        return (found, true);
    }
}

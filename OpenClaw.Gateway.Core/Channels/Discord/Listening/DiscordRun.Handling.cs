using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;
using OpenClaw.Gateway.Core.Channels.Discord.Sending;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>Brings one event in. Its number is told as done with only after the gateway has it for good.</summary>
internal sealed partial class DiscordRun
{
    private const int MostTries = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private async Task HandleAsync(IntakeItem item, CancellationToken cancellationToken)
    {
        var (attempt, faults) = (0, 0);
        while (true)
        {
            try
            {
                if (item.Deferred is null) await HandleMessageAsync(item, cancellationToken).ConfigureAwait(false);
                else await HandleInteractionAsync(item, cancellationToken).ConfigureAwait(false);
                item.Ledger.Close(item.Sequence);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogNotHandled(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id, ++attempt);
                if (!GoesAway(e) && ++faults == MostTries)
                {
                    if (await GiveUpAsync(item, e, cancellationToken).ConfigureAwait(false)) item.Ledger.Close(item.Sequence);
                    return;
                }
            }

            var pause = TimeSpan.FromSeconds(1 << Math.Min(attempt - 1, 5));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, _tools.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A database or a Discord that is not there now will be: the message waits for it.</summary>
    private static bool GoesAway(Exception e) =>
        e is IOException or System.Data.Common.DbException or TimeoutException or DiscordException { Kind: FailureKind.Transient or FailureKind.Timeout or FailureKind.RateLimited or FailureKind.Authentication };

    /// <summary>One message that cannot be handled does not hold up the others: it is on record as missed. False when not even that works.</summary>
    private async ValueTask<bool> GiveUpAsync(IntakeItem item, Exception why, CancellationToken cancellationToken)
    {
        try
        {
            await Connection.NoteGapAsync(Snowflake.TimeOf(item.Content.Id()), 0, 1, "A message could not be handled", $"Message {item.Content.Id()} of Discord: {why.GetType().Name}; the gateway's log says more.", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // nothing can be written: the connection is made anew, and Discord sends it again
            _broken.TrySetException(new ChannelFaultException("connection_failed", "Messages cannot be stored; the gateway's log says more.", inner: e));
            return false;
        }
    }

    private async ValueTask HandleMessageAsync(IntakeItem item, CancellationToken cancellationToken)
    {
        var message = item.Content;
        if (message.Id() == 0 || item.Channel == 0 || message.Get("author").Id() == _bot.Id) return;
        var place = await _bot.Places.FindAsync(item.Channel, message.Id("guild_id"), Lenient.Nothing, cancellationToken).ConfigureAwait(false);
        var role = place.IsGroup && message.Items("mention_roles").Any() ? await _bot.Places.RoleAsync(place.Guild, _bot.Id, cancellationToken).ConfigureAwait(false) : 0;
        if (MessageMapper.Map(message, _bot, place, role) is { } mapped)
        {
            var outcome = await TakeAsync(mapped, cancellationToken).ConfigureAwait(false);
            if (outcome.Verdict == PlatformVerdict.Accepted) item.Tally?.One();
            if (outcome.Tell is { } tell) await TellAsync(item.Channel, message.Id(), tell, cancellationToken).ConfigureAwait(false);
        }

        _seen.Saw(item.Channel, message.Id(), place);
    }

    private async ValueTask HandleInteractionAsync(IntakeItem item, CancellationToken cancellationToken)
    {
        var interaction = item.Content;
        var isAnswered = await item.Deferred!.ConfigureAwait(false);
        var type = InteractionMapper.TypeOf(interaction);
        if (type is not (InteractionType.Command or InteractionType.Component) || interaction.Words("token") is not { } token) return;
        var open = new OpenInteraction(interaction.Id(), interaction.Id("application_id") is var app and not 0 ? app : _bot.Application, token)
        {
            HasOriginal = type == InteractionType.Command,
        };
        // a token that Discord did not take is no good: the answer comes as a message of the channel
        if (isAnswered) await _bot.Interactions.AddAsync(Connection.Notes, open, cancellationToken).ConfigureAwait(false);
        var channel = item.Channel != 0 ? item.Channel : interaction.Get("channel").Id();
        var place = await _bot.Places.FindAsync(channel, interaction.Id("guild_id"), interaction.Get("channel"), cancellationToken).ConfigureAwait(false);
        var mapped = await _tools.Interactions.MapAsync(Connection.Channel, interaction, place, cancellationToken).ConfigureAwait(false);
        if (mapped is null)
        {
            if (isAnswered) await AnswerAsync(open, "This button is from an old message and does not work any more.").ConfigureAwait(false);
            await _bot.Interactions.ForgetAsync(Connection.Notes, open.Id, cancellationToken).ConfigureAwait(false);
            return;
        }

        var outcome = await TakeAsync(mapped, cancellationToken).ConfigureAwait(false);
        if (outcome.Verdict == PlatformVerdict.Accepted) item.Tally?.One();
        if (outcome.Verdict is PlatformVerdict.Accepted or PlatformVerdict.Duplicate)
        {
            await _bot.Interactions.ChangeAsync(Connection.Notes, open.Id, i => i with { IsAccepted = true }, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (isAnswered) await AnswerAsync(open, outcome.Tell ?? "This was not taken.").ConfigureAwait(false);
        await _bot.Interactions.ForgetAsync(Connection.Notes, open.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Offers it until it is settled; its files are fetched only when it would be taken, and taken away again when it was not.</summary>
    private async ValueTask<PlatformOutcome> TakeAsync(MappedMessage mapped, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outcome = await Connection.ScreenAsync(mapped.Message, cancellationToken).ConfigureAwait(false);
            if (outcome is null)
            {
                var message = mapped.Files.Count == 0 ? mapped.Message : await _tools.Files.FetchAsync(Connection.Channel, mapped, cancellationToken).ConfigureAwait(false);
                outcome = await OfferAsync(message, mapped, cancellationToken).ConfigureAwait(false);
            }

            if (outcome.IsSettled) return outcome;
            await Task.Delay(outcome.RetryAfter ?? TimeSpan.FromSeconds(1), _tools.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<PlatformOutcome> OfferAsync(PlatformMessage message, MappedMessage mapped, CancellationToken cancellationToken)
    {
        var isTaken = false;
        try
        {
            while (true)
            {
                var outcome = await Connection.AcceptAsync(message, cancellationToken).ConfigureAwait(false);
                isTaken = outcome.Verdict == PlatformVerdict.Accepted;
                if (outcome.IsSettled) return outcome;
                await Task.Delay(outcome.RetryAfter ?? TimeSpan.FromSeconds(1), _tools.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!isTaken && mapped.Files.Count > 0) await _tools.Files.DiscardAsync(Connection.Channel, message.Extras?.Attachments ?? []).ConfigureAwait(false);
        }
    }

    private async ValueTask TellAsync(ulong channel, ulong message, string text, CancellationToken cancellationToken)
    {
        var body = MessageBody.Plain(text);
        MessageBody.Once(body, "t" + Snowflake.Text(message));
        MessageBody.Answers(body, Snowflake.Text(message));
        try
        {
            await _bot.Api.CreateMessageAsync(channel, body, [], cancellationToken).ConfigureAwait(false);
        }
        catch (DiscordException e)
        {
            LogNotTold(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
        }
    }
}

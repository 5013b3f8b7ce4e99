using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Gateway.Core.Administration.Programs;

/// <summary>
/// What programs do that ask and wait for the answer (kinds <c>openai</c> and <c>a2a</c>). It is conversation and no administration: the audit has only the
/// making of the channel, the conversation has the rest.
/// </summary>
public sealed class ProgramCalls
{
    private readonly ProgramChannels _channels;
    private readonly ProgramMessages _messages;
    private readonly Lazy<ProgramExchange> _exchange;
    private readonly Lazy<ProgramFiles> _files;
    private readonly Lazy<IMessageStops> _stops;
    private readonly ICatalog _catalog;
    private readonly IFileLinks _links;

    internal ProgramCalls(ProgramChannels channels, ProgramMessages messages, Lazy<ProgramExchange> exchange, Lazy<ProgramFiles> files, Lazy<IMessageStops> stops, ICatalog catalog, IFileLinks links) =>
        (_channels, _messages, _exchange, _files, _stops, _catalog, _links) = (channels, messages, exchange, files, stops, catalog, links);

    /// <summary>
    /// Sends a message by the tenant's channel of that kind, which is made at first use. Durable or refused at return; in use when the channel cannot be made.
    /// A message that came before is waited for too, or its answer is there at once. Throws <see cref="ProgramFileException"/> for a file that cannot be had.
    /// </summary>
    public async Task<AdminResult<ProgramTalk>> SendAsync(Caller caller, string kind, ProgramMessage message, IReadOnlyList<ProgramFile> files, CancellationToken cancellationToken)
    {
        var found = await _channels.GetAsync(caller, kind, cancellationToken);
        if (found.Value is not { } channel) return found.As<ProgramTalk>();
        var stored = await StoreAsync(channel, files, cancellationToken);
        var isTaken = false;
        try
        {
            var talk = await _exchange.Value.SendAsync(channel, message with { Files = stored }, cancellationToken);
            isTaken = talk.Accepted is { Accepted: true, Duplicate: false };
            return AdminResult.Done(talk.Accepted.Duplicate ? await AgainAsync(caller, channel, talk, message, cancellationToken) : talk);
        }
        finally
        {
            if (!isTaken && stored.Count > 0) await _files.Value.DiscardAsync(channel.Tenant, stored);
        }
    }

    /// <summary>A message of the tenant's channel of that kind, or null.</summary>
    public Task<ProgramRecord?> FindAsync(Caller caller, string kind, Guid message, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Converse);
        return _channels.Find(caller.Tenant, kind) is { } channel ? _messages.FindAsync(caller.Tenant, channel.Id, message, cancellationToken) : Task.FromResult<ProgramRecord?>(null);
    }

    /// <summary>Messages of the tenant's channel of that kind.</summary>
    public Task<ProgramPage> ListAsync(Caller caller, string kind, ProgramFilter filter, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Converse);
        return _channels.Find(caller.Tenant, kind) is { } channel ? _messages.ListAsync(caller.Tenant, channel.Id, filter, cancellationToken) : Task.FromResult(new ProgramPage([], null, 0));
    }

    /// <summary>Waits for a message that was sent before; what is over is told at once. Null when there is no such message.</summary>
    public async Task<(ProgramTalk Talk, ProgramRecord Record)?> AttachAsync(Caller caller, string kind, Guid message, CancellationToken cancellationToken)
    {
        if (await FindAsync(caller, kind, message, cancellationToken) is not { } before || _channels.Find(caller.Tenant, kind) is not { } channel) return null;
        var talk = _exchange.Value.Attach(channel, new(before.Conversation, null, "", null), before.ExternalId);
        talk.Accepted = AcceptOutcome.Known(before.Id, before.Session, 0);
        return (talk, await CatchUpAsync(caller, talk, cancellationToken) ?? before);
    }

    /// <summary>The program does not want a message answered any more: one that waits is dropped, the agent's running answer is broken off. False when it is too late.</summary>
    public async Task<bool> StopAsync(Caller caller, ProgramRecord message, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Converse);
        return await _stops.Value.StopAsync(caller.Tenant, message.Session, message.Id, cancellationToken);
    }

    /// <summary>Whom the caller's programs can ask: enabled agents, and pools, by name.</summary>
    public Task<IReadOnlyList<ProgramAgent>> AgentsAsync(Caller caller, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Converse);
        return _messages.AgentsAsync(caller.Tenant, cancellationToken);
    }

    /// <summary>The choice of the enabled agent, or the pool, of that name (ignoring case), or null. An agent comes before a pool.</summary>
    public MessageChoice? ChoiceOf(Caller caller, string name)
    {
        caller.Demand(ApiScopeNames.Converse);
        if (_catalog.FindAgent(caller.Tenant, name) is { Enabled: true } agent) return new(Agent: agent.Id);
        return _catalog.FindPool(caller.Tenant, name) is { } pool ? new(Pool: pool.Id) : null;
    }

    /// <summary>How long a call of that kind waits for its answer.</summary>
    public TimeSpan AnswerTime(Guid tenant, string kind) => ProgramKinds.AnswerTime(_channels.Find(tenant, kind)?.Settings ?? default);

    /// <summary>An answer as text alone: below the texts the cards, the buttons as lists, the files as signed links.</summary>
    public string TextOf(Guid tenant, IReadOnlyList<ProgramReply> replies) => ReplyText.Of(replies, file => _links.Create(tenant, file));

    /// <summary>A message of an answer as text, without its files.</summary>
    public static string TextOf(ProgramReply reply) => ReplyText.Of([reply with { Extras = reply.Extras is { } extras ? extras with { Attachments = null } : null }], _ => "");

    /// <summary>A signed link to a file, good for an hour.</summary>
    public string LinkTo(Guid tenant, AttachmentRef file) => _links.Create(tenant, file);

    /// <summary>A message that came before: its session may have another name than this call's, and it may have said something else.</summary>
    private async Task<ProgramTalk> AgainAsync(Caller caller, ChannelModel channel, ProgramTalk talk, ProgramMessage message, CancellationToken cancellationToken)
    {
        var known = await CatchUpAsync(caller, talk, cancellationToken);
        if (known is null || (known.Conversation == message.Conversation && IsSame(known, message))) return talk;
        talk.Dispose();
        var there = _exchange.Value.Attach(channel, new(known.Conversation, null, message.UserId, null), known.ExternalId);
        (there.Accepted, there.Conversation, there.IsOther) = (talk.Accepted, known.Conversation, !IsSame(known, message));
        await CatchUpAsync(caller, there, cancellationToken);
        return there;
    }

    private static bool IsSame(ProgramRecord known, ProgramMessage message) => known.Text == message.Text && known.Extras?.Choice == message.Choice;

    /// <summary>What was over before the wait began is told at once.</summary>
    private async Task<ProgramRecord?> CatchUpAsync(Caller caller, ProgramTalk talk, CancellationToken cancellationToken)
    {
        var record = await _messages.FindAsync(caller.Tenant, talk.Channel, talk.Accepted.MessageId, cancellationToken);
        if (record is { IsEnd: true }) talk.Known(new(record.State, record.Replies, record.Cause, record.Detail));
        return record;
    }

    private async Task<IReadOnlyList<AttachmentRef>> StoreAsync(ChannelModel channel, IReadOnlyList<ProgramFile> files, CancellationToken cancellationToken)
    {
        List<AttachmentRef> stored = [];
        try
        {
            foreach (var file in files)
            {
                stored.Add(file.Url is { } url
                    ? await _files.Value.FetchAsync(channel.Tenant, url, file.Name, cancellationToken)
                    : await _files.Value.StoreAsync(channel.Tenant, file.Bytes, file.Name ?? "file", file.ContentType ?? "application/octet-stream", cancellationToken));
            }

            return stored;
        }
        catch
        {
            await _files.Value.DiscardAsync(channel.Tenant, stored);
            throw;
        }
    }
}

using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Interactions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>One connection of a channel: all shards of its bot, what they bring in, and what is remembered of it.</summary>
internal sealed partial class DiscordRun
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly ListenerTools _tools;
    private readonly DiscordBot _bot;
    private readonly SeenBook _seen;
    private readonly SessionNotes _sessions;
    private readonly CatchUp _catchUp;
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Task> _following = [];
    private IReadOnlyList<ShardEvents> _shards = [];
    private IReadOnlyList<Task> _tasks = [];
    private Task _saving = Task.CompletedTask;
    private CancellationToken _over;

    public DiscordRun(ListenerTools tools, DiscordBot bot, IChannelConnection connection)
    {
        (_tools, _bot, Connection) = (tools, bot, connection);
        Intake = new(HandleAsync, tools.Time);
        _seen = new(connection.Notes);
        _sessions = new(connection.Notes, bot);
        _catchUp = new(bot, Intake, _seen);
    }

    public IChannelConnection Connection { get; }

    public Intake Intake { get; }

    public DateTimeOffset Now => _tools.Time.GetUtcNow();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _over = over.Token;
        try
        {
            await _bot.Interactions.LoadAsync(Connection.Notes, _over).ConfigureAwait(false);
            _lost = [.. _bot.Interactions.Lost];
            await _seen.LoadAsync(_bot.Places, _over).ConfigureAwait(false);
            var sessions = await _sessions.LoadAsync(_over).ConfigureAwait(false);
            var count = sessions.Count > 0 ? sessions.Count : (await AskAsync(_over).ConfigureAwait(false)).Shards;
            _shards = [.. Enumerable.Range(0, count).Select(i => new ShardEvents(this, i))];
            _tasks = [SaveAsync(), WatchTokenAsync(), .. _shards.Select(s => ShardAsync(s, sessions.Count > 0 ? sessions[s.Shard] : null))];
            await (await Task.WhenAny([.. _tasks, _broken.Task]).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _bot.IsReady = false;
            await over.CancelAsync().ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nothing of it goes on at return, and what is done with is on record.</summary>
    private async Task EndAsync()
    {
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] following;
        lock (_lock) following = [.. _following];
        await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Intake.DisposeAsync().ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(EndWithin, _tools.Time);
            await SaveOnceAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or System.Data.Common.DbException)
        {
            LogNotSaved(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
        }
    }

    private async Task SaveAsync()
    {
        while (true)
        {
            await Task.Delay(SaveEvery, _tools.Time, _over).ConfigureAwait(false);
            try
            {
                await SaveOnceAsync(_over).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or System.Data.Common.DbException)
            {
                // the next one writes it; behind the truth is safe
                LogNotSaved(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
            }
        }
    }

    /// <summary>One after the other, so that the last one written is the last one known.</summary>
    private Task SaveOnceAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _saving = SaveAfterAsync(_saving, cancellationToken);
    }

    private async Task SaveAfterAsync(Task before, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // what can be resumed first: of messages seen behind it some come twice, none is skipped
        foreach (var shard in _shards) await _sessions.SaveAsync(shard.Shard, shard.Resumable, cancellationToken).ConfigureAwait(false);
        await _seen.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WatchTokenAsync()
    {
        var refusal = await _bot.Refused.WaitAsync(_over).ConfigureAwait(false);
        throw Faults.Of(refusal);
    }

    /// <summary>Goes on beside the readers; awaited at the end.</summary>
    private void Follow(Func<Task> work)
    {
        lock (_lock)
        {
            _following.RemoveAll(static t => t.IsCompleted);
            _following.Add(Task.Run(async () =>
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(_tools.Log, e, Connection.Channel.Tenant.Id, Connection.Channel.Id);
                    _broken.TrySetException(e as ChannelFaultException ?? new ChannelFaultException("connection_failed", $"The gateway failed ({e.GetType().Name}); its log says more.", inner: e));
                }
            }));
        }
    }

    /// <summary>Answers an interaction at once, before anything else is done about it. True when it can be answered further.</summary>
    public Task<bool> Defer(JsonElement interaction)
    {
        var (id, token) = (interaction.Id(), interaction.Words("token"));
        return id == 0 || token is null ? Task.FromResult(false) : Task.Run(() => Deferral.AnswerAsync(_bot.Api, id, token, interaction, _over));
    }
}

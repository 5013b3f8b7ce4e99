using System.Globalization;
using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;
using Pipes = System.Threading.Channels.Channel;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>What a run of a replay works with.</summary>
internal sealed record ReplayTools(
    ReplayBook Book, ReplayPreparation Preparation, ReplaySettlement Settlement, LetterReplayer Replayer, ShadowAsker Shadows, ICatalog Catalog, LiveFigures Figures, TimeProvider Time);

/// <summary>
/// One replay under way, from where its rows say it is to its end, or to where somebody or its own rule holds it in. Told of each outcome; looks into the
/// database for what it may have missed when nothing has happened for a while.
/// </summary>
/// <param name="id">The replay.</param>
/// <param name="tools">What it works with.</param>
/// <param name="room">How many may be on their way at once.</param>
internal sealed class ReplayRun(Guid id, ReplayTools tools, Func<int> room)
{
    /// <summary>Fewer are not begun at once while others are on their way.</summary>
    private const int Batch = 16;

    /// <summary>Past the canary's steps, and without canary, the share is taken of so many last ones.</summary>
    private const int Window = 100;

    /// <summary>While people write, so many times as long as it took to begin some is rested before the next.</summary>
    private const int Rests = 2;

    /// <summary>While people write, so many are begun in one of the journal's transactions, which they wait for.</summary>
    private const int Few = 4;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Suspended = TimeSpan.FromSeconds(5);
    private readonly Channel<ItemOutcome> _outcomes = Pipes.CreateUnbounded<ItemOutcome>(new() { SingleReader = true });
    private readonly Channel<bool> _wake = Pipes.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<Guid, int> _onTheirWay = [];
    private readonly Queue<bool> _last = new();
    private readonly List<Task> _asking = [];
    private readonly ReplayPace _pace = new(tools.Time);
    private bool _isBesidePeople;

    /// <summary>Something was changed since it last looked.</summary>
    public bool IsWoken => _wake.Reader.Count > 0;

    /// <summary>One of its letters came to an end.</summary>
    public void Tell(ItemOutcome outcome)
    {
        _outcomes.Writer.TryWrite(outcome);
        Wake();
    }

    /// <summary>Somebody changed its row.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Runs until it is over or held in, and nothing of it is on its way.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await tools.Book.LoadAsync(id, cancellationToken) is not { } replay) return;
            if (replay.State == ReplayStates.Preparing) await tools.Preparation.RunAsync(replay, cancellationToken);
            if (replay.Shadow) await tools.Book.AgainAsync(id);
            else await LookAsync(cancellationToken);
            while (await StepAsync(cancellationToken))
            {
                // one step after the other
            }
        }
        finally
        {
            await Task.WhenAll(_asking);
            _asking.Clear();
        }
    }

    /// <summary>One turn: takes what ended, judges it, begins more, or waits. False when there is nothing more to do.</summary>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        _wake.Reader.TryRead(out _);
        await TakeAsync();
        if (await tools.Book.LoadAsync(id, cancellationToken) is not { } replay) return false;
        if (replay.State != ReplayStates.Preparing && NothingWaits(replay) && _onTheirWay.Count == 0)
        {
            // also one that was held in meanwhile: there is nothing left that could go on
            await tools.Book.CloseAsync(id, ReplayStates.Done, Told(replay));
            return false;
        }

        if (replay.State != ReplayStates.Running)
        {
            if (_onTheirWay.Count == 0) return false;
            await WaitAsync(replay, Patience, cancellationToken);
            return true;
        }

        if (NothingWaits(replay))
        {
            await WaitAsync(replay, Patience, cancellationToken);
            return true;
        }

        if (await JudgeAsync(replay, cancellationToken)) return true;
        if (tools.Catalog.FindTenant(replay.TenantId) is not { Suspended: false })
        {
            await WaitAsync(replay, Suspended, cancellationToken);
            return true;
        }

        var free = Free(replay);
        if (free == 0)
        {
            await WaitAsync(replay, _onTheirWay.Count == 0 ? _pace.Wait : Patience, cancellationToken);
            return true;
        }

        if (await BeginAsync(replay, free, cancellationToken)) return true;
        if (_onTheirWay.Count > 0) await WaitAsync(replay, Patience, cancellationToken);
        else await tools.Book.CloseAsync(id, ReplayStates.Done, Told(replay));
        return true;
    }

    private static bool NothingWaits(Replay replay) => replay.Total <= replay.Skipped + replay.Started;

    private int Free(Replay replay)
    {
        var most = Math.Max(1, room());
        var free = most - _onTheirWay.Count;
        if (free <= 0 || (_onTheirWay.Count > 0 && free < Math.Min(Batch, most))) return 0;
        if (replay.Canary && CanarySteps.Size(replay.Step) is not null) free = Math.Min(free, CanarySteps.Through(replay.Step) - replay.Started);
        if (_isBesidePeople) free = Math.Min(free, Few);
        return Math.Max(0, Math.Min(free, _pace.Free(replay.RatePerSecond)));
    }

    /// <summary>True when something was decided: the next step, or that it stops.</summary>
    private async Task<bool> JudgeAsync(Replay replay, CancellationToken cancellationToken)
    {
        if (replay.Canary && CanarySteps.Size(replay.Step) is { } size)
        {
            if (_onTheirWay.Count > 0 || replay.Started < CanarySteps.Through(replay.Step)) return false;
            var (ended, failed) = await tools.Book.StepAsync(id, CanarySteps.Through(replay.Step - 1), size, cancellationToken);
            if (CanarySteps.IsTooMany(failed, ended, replay.StopShare))
                await StopAsync(replay, $"{failed} of {ended} in step {replay.Step + 1} failed again", cancellationToken);
            else await tools.Book.NextStepAsync(id, replay.Step);
            _last.Clear();
            return true;
        }

        var again = _last.Count(f => f);
        if (_last.Count < Window || !CanarySteps.IsTooMany(again, _last.Count, replay.StopShare)) return false;
        await StopAsync(replay, $"{again} of the last {_last.Count} failed again", cancellationToken);
        _last.Clear();
        return true;
    }

    private async Task StopAsync(Replay replay, string what, CancellationToken cancellationToken)
    {
        var why = await tools.Book.LastFailureAsync(id, cancellationToken);
        var share = (replay.StopShare * 100).ToString("0.#", CultureInfo.InvariantCulture);
        await tools.Book.CloseAsync(id, ReplayStates.Stopped, $"{what}, and at most {share} % may.{(why is null ? "" : $" The last one: {why}")}");
    }

    /// <summary>False when there was nothing to begin.</summary>
    private async Task<bool> BeginAsync(Replay replay, int count, CancellationToken cancellationToken)
    {
        var next = await tools.Book.NextAsync(id, ReplayItemStates.Waiting, count, cancellationToken);
        if (next.Count == 0) return false;
        var ordinals = next.Where(n => n.Letter is not null).ToDictionary(n => n.Letter!.Id, n => n.Item.Ordinal);
        var gone = next.Where(n => n.Letter is null).Select(n => (n.Item.Ordinal, LetterObstacles.NoMessage)).ToList();
        List<DeadLetter> letters = [.. next.Where(n => n.Letter is not null).Select(n => n.Letter!)];
        var (before, accepted, started) = (_onTheirWay.Count, tools.Figures.AcceptedInAll, tools.Time.GetTimestamp());
        if (replay.Shadow) await BeginShadowsAsync(replay, letters, ordinals, gone, cancellationToken);
        else await BeginAsync(replay, letters, ordinals, gone, cancellationToken);
        _pace.Took(_onTheirWay.Count - before, replay.RatePerSecond);
        _isBesidePeople = tools.Figures.AcceptedInAll != accepted;
        var rest = tools.Time.GetElapsedTime(started) * Rests;
        if (rest > TimeSpan.Zero && _isBesidePeople) await Task.Delay(rest < LongestRest ? rest : LongestRest, tools.Time, cancellationToken);
        return true;
    }

    private async Task BeginAsync(Replay replay, List<DeadLetter> letters, Dictionary<Guid, int> ordinals, List<(int, string)> gone, CancellationToken cancellationToken)
    {
        var not = await tools.Replayer.BeginAsync(letters, new(replay.StartedBy)
        {
            Replay = id,
            Agent = replay.AgentId,
            With = (rows, begun, obstacles) => tools.Book.Began(rows, id, [.. begun.Select(b => ordinals[b])], [.. gone, .. obstacles.Select(o => (ordinals[o.Key], o.Value))]),
        }, cancellationToken);
        foreach (var letter in letters.Where(l => !not.ContainsKey(l.Id))) _onTheirWay[letter.Id] = ordinals[letter.Id];
    }

    private async Task BeginShadowsAsync(Replay replay, List<DeadLetter> letters, Dictionary<Guid, int> ordinals, List<(int, string)> gone, CancellationToken cancellationToken)
    {
        await tools.Book.BeganAsync(id, ordinals.Values, gone);
        _asking.RemoveAll(a => a.IsCompleted);
        foreach (var letter in letters)
        {
            _onTheirWay[letter.Id] = ordinals[letter.Id];
            _asking.Add(ShadowAsync(replay, letter, cancellationToken));
        }
    }

    private async Task ShadowAsync(Replay replay, DeadLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            Tell(await tools.Shadows.AskAsync(letter, replay.AgentId, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the gateway stops: it is asked again at the next start
        }
        catch (Exception e)
        {
            Tell(new(letter.Id, ReplayItemStates.Failed, $"The gateway failed while it asked ({e.GetType().Name}).", null));
        }
    }

    /// <summary>Stores what ended since.</summary>
    private async Task TakeAsync()
    {
        var ended = new List<(int, ItemOutcome)>();
        while (_outcomes.Reader.TryRead(out var outcome))
            if (_onTheirWay.Remove(outcome.Letter, out var ordinal)) ended.Add((ordinal, outcome));
        await StoreAsync(ended);
    }

    private async Task StoreAsync(List<(int Ordinal, ItemOutcome Outcome)> ended)
    {
        if (ended.Count == 0) return;
        await tools.Book.EndedAsync(id, ended);
        foreach (var (_, outcome) in ended.Where(e => e.Outcome.State != ReplayItemStates.Skipped))
        {
            _last.Enqueue(outcome.State == ReplayItemStates.Failed);
            if (_last.Count > Window) _last.Dequeue();
        }
    }

    /// <summary>What the database knows of those that had begun.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var (ended, onTheirWay) = await tools.Book.FindEndedAsync(id, cancellationToken);
        _onTheirWay.Clear();
        foreach (var (letter, ordinal) in onTheirWay) _onTheirWay[letter] = ordinal;
        await StoreAsync(ended);
    }

    /// <summary>Until something is told, or that time has passed; then it looks for itself.</summary>
    private async Task WaitAsync(Replay replay, TimeSpan most, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var patience = Task.Delay(most, tools.Time, over.Token);
        var first = await Task.WhenAny(_wake.Reader.WaitToReadAsync(over.Token).AsTask(), patience);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first != patience || most < Patience || replay.Shadow) return;
        await tools.Settlement.RunAsync(atStart: false, cancellationToken);
        await LookAsync(cancellationToken);
    }

    private static string Told(Replay replay) => $"{replay.Answered} answered, {replay.Failed} failed again, {replay.Skipped} left out.";
}

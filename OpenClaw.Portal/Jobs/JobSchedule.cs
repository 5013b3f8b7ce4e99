using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Jobs;

/// <summary>
/// The schedule over Quartz. Started after the gateway takes messages, so that nobody waits for it; while its store cannot be used it says
/// so and is tried again.
/// </summary>
internal sealed partial class JobSchedule(GatewayOptions options, JobRunner runner, JobTimings timings, TimeProvider time, ILoggerFactory logs, ILogger<JobSchedule> log) : IJobSchedule, IAsyncDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(30);

    /// <summary>A scheduler over a store that does not work may try again for ever: nobody waits for it longer than this.</summary>
    private static readonly TimeSpan OpeningMayTake = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerMayTake = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ClosingMayTake = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _turn = new(1);
    private volatile string? _fault = "The schedule is being started.";
    private QuartzNode? _node;

    public string? Fault => _fault;

    public CronReading Read(string cron) => CronText.Read(cron);

    public IReadOnlyList<DateTimeOffset> Next(string cron, int count) => CronText.Next(cron, time.GetUtcNow(), count);

    public async Task ApplyAsync(JobTiming timing, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // not running: it takes the times from the gateway's database when it starts
            if (_node is { } node) await AnswerAsync(() => node.ApplyAsync(timing, cancellationToken), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await CloseAsync(fault);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Keeps the schedule running until cancelled.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var works = await StepAsync(cancellationToken);
            await Task.Delay(works ? BetweenChecks : AfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        var node = Interlocked.Exchange(ref _node, null);
        if (node is not null) await EndAsync(node);
    }

    /// <summary>Starts what does not run, looks after what does. False when it does not work.</summary>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_node is { } running) await AnswerAsync(() => running.CheckAsync(cancellationToken), cancellationToken);
            else await OpenAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception fault)
        {
            await CloseAsync(fault);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var gate = new JobGate(runner);
        var opening = Task.Run(() => StartAsync(gate, cancellationToken), cancellationToken);
        try
        {
            _node = await opening.WaitAsync(OpeningMayTake, time, cancellationToken);
            _fault = null;
        }
        catch
        {
            gate.Shut();
            _ = DiscardAsync(opening);
            throw;
        }
    }

    private async Task<QuartzNode> StartAsync(JobGate gate, CancellationToken cancellationToken)
    {
        var path = JobStoreFile.PathOf(options);
        if (JobStoreFile.Prepare(path, time) is { } aside) LogPutAside(aside);
        var node = await QuartzNode.OpenAsync(path, gate, time, logs, checkIn: null, cancellationToken);
        try
        {
            var wanted = await timings.ListAsync(cancellationToken);
            await node.ReconcileAsync(wanted, cancellationToken);
            await node.StartAsync(cancellationToken);
            LogStarted(wanted.Count);
            return node;
        }
        catch
        {
            await EndAsync(node);
            throw;
        }
    }

    /// <summary>One that came too late is closed as soon as it is there.</summary>
    private async Task DiscardAsync(Task<QuartzNode> opening)
    {
        try
        {
            await EndAsync(await opening);
        }
        catch (Exception fault)
        {
            LogNotClosed(fault);
        }
    }

    /// <summary>The store's driver waits without giving the thread back, so the call has one of its own.</summary>
    private Task AnswerAsync(Func<Task> call, CancellationToken cancellationToken) => Task.Run(call, cancellationToken).WaitAsync(AnswerMayTake, time, cancellationToken);

    private async Task CloseAsync(Exception fault)
    {
        LogNotWorking(fault, JobStoreFile.PathOf(options));
        _fault = $"The schedule's file jobs.db cannot be used ({fault.GetBaseException().Message.TrimEnd('.')}). It is tried again every {AfterFailure.TotalSeconds:0} seconds; messages are not touched by this, and jobs can be run by hand.";
        if (Interlocked.Exchange(ref _node, null) is { } node) await EndAsync(node);
    }

    private async Task EndAsync(QuartzNode node)
    {
        try
        {
            if (!await node.CloseAsync(ClosingMayTake, time)) LogDoesNotEnd(ClosingMayTake.TotalSeconds);
        }
        catch (Exception closing)
        {
            // its store is the one that does not work; a new one takes its place
            LogNotClosed(closing);
        }
    }
}

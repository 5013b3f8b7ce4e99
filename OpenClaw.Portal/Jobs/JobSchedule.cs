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
            if (_node is { } node) await node.ApplyAsync(timing, cancellationToken);
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
        if (node is not null) await node.DisposeAsync();
    }

    /// <summary>Starts what does not run, looks after what does. False when it does not work.</summary>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_node is { } running) await running.CheckAsync(cancellationToken);
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
        var path = JobStoreFile.PathOf(options);
        if (JobStoreFile.Prepare(path, time) is { } aside) LogPutAside(aside);
        var node = await QuartzNode.OpenAsync(path, runner, time, logs, checkIn: null, cancellationToken);
        try
        {
            var wanted = await timings.ListAsync(cancellationToken);
            await node.ReconcileAsync(wanted, cancellationToken);
            await node.StartAsync(cancellationToken);
            LogStarted(wanted.Count);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        (_node, _fault) = (node, null);
    }

    private async Task CloseAsync(Exception fault)
    {
        LogNotWorking(fault, JobStoreFile.PathOf(options));
        _fault = $"The schedule's file jobs.db cannot be used ({fault.GetBaseException().Message.TrimEnd('.')}). It is tried again every {AfterFailure.TotalSeconds:0} seconds; messages are not touched by this, and jobs can be run by hand.";
        var node = Interlocked.Exchange(ref _node, null);
        if (node is null) return;
        try
        {
            await node.DisposeAsync();
        }
        catch (Exception closing)
        {
            // its store is the one that does not work; a new one takes its place
            LogNotClosed(closing);
        }
    }
}

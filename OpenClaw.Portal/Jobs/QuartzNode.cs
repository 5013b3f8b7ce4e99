using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Jobs;
using Quartz;
using Quartz.Impl.AdoJobStore;

namespace OpenClaw.Portal.Jobs;

/// <summary>
/// One scheduler over a store that others may share: each time of a job is fired by one of them, and what one that died had begun is begun
/// again by another.
/// </summary>
internal sealed class QuartzNode : IAsyncDisposable
{
    private const string Group = "maintenance";
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(10);

    private readonly StandaloneSchedulerFactory _factory;
    private readonly IScheduler _scheduler;
    private readonly TimeProvider _time;
    private readonly JobGate _gate;

    private QuartzNode(StandaloneSchedulerFactory factory, IScheduler scheduler, JobGate gate, TimeProvider time) => (_factory, _scheduler, _gate, _time) = (factory, scheduler, gate, time);

    /// <summary>Opens the store, makes its tables where they are missing; nothing is fired yet.</summary>
    public static async Task<QuartzNode> OpenAsync(string path, JobGate gate, TimeProvider time, ILoggerFactory logs, TimeSpan? checkIn, CancellationToken cancellationToken)
    {
        var factory = QuartzSchedulerBuilder.Create(quartz => Configure(quartz, path, gate, time, logs, checkIn ?? CheckIn)).Build();
        try
        {
            return new(factory, await factory.GetScheduler(cancellationToken), gate, time);
        }
        catch
        {
            await factory.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on jobs are fired.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) => await _scheduler.Start(cancellationToken);

    /// <summary>Makes the store hold these jobs at these times, and no others. A job whose time is as it was keeps what it has missed.</summary>
    public async Task ReconcileAsync(IReadOnlyList<JobTiming> timings, CancellationToken cancellationToken)
    {
        var known = timings.Select(t => Key(t.Job)).ToHashSet();
        foreach (var stored in (await _scheduler.QueryJobs(Stored, cancellationToken)).Items)
            if (!known.Contains(stored.Key)) await _scheduler.DeleteJob(stored.Key, cancellationToken);
        foreach (var timing in timings) await ApplyAsync(timing, cancellationToken);
    }

    /// <summary>Takes over one job's times.</summary>
    public async Task ApplyAsync(JobTiming timing, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(timing.Job, Group);
        if (await _scheduler.GetTrigger(key, cancellationToken) is ICronTrigger present && present.CronExpressionString == timing.Cron
            && await _scheduler.GetTriggerState(key, cancellationToken) is var state && state != TriggerState.Error && state == TriggerState.Paused == timing.Paused)
            return;
        var job = JobBuilder.Create<ScheduledJob>().WithIdentity(Key(timing.Job)).StoreDurably().RequestRecovery().Build();
        var trigger = TriggerBuilder.Create(_time).WithIdentity(key).ForJob(job)
            .WithCronSchedule(timing.Cron, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
        await _scheduler.ScheduleJob(job, trigger, new ScheduleJobOptions { Replace = true, Paused = timing.Paused }, cancellationToken);
    }

    /// <summary>Throws where the store cannot be used.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken) =>
        await _scheduler.QueryJobs(Stored, cancellationToken);

    /// <summary>Fires nothing more and waits for what was fired, however long.</summary>
    public async ValueTask DisposeAsync()
    {
        _gate.Shut();
        await _factory.DisposeAsync();
    }

    /// <summary>
    /// Fires nothing more and waits for so long. False when the scheduler did not end in that time: over a store that does not work it may try
    /// again for ever. It starts no job any more and is left to itself.
    /// </summary>
    public async Task<bool> CloseAsync(TimeSpan atMost, TimeProvider clock)
    {
        _gate.Shut();
        // on a thread of its own: the store's driver waits without giving the thread back
        var closing = Task.Run(async () => await _factory.DisposeAsync());
        try
        {
            await closing.WaitAsync(atMost, clock);
            return true;
        }
        catch (TimeoutException) when (!closing.IsCompleted)
        {
            _ = closing.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return false;
        }
    }

    private static JobQuery Stored => new() { Group = GroupMatcher<JobKey>.GroupEquals(Group), Take = PagedQuery.All };

    private static JobKey Key(string job) => new(job, Group);

    private static void Configure(IQuartzBuilder quartz, string path, JobGate gate, TimeProvider time, ILoggerFactory logs, TimeSpan checkIn)
    {
        quartz.Services.AddSingleton(logs);
        quartz.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        quartz.Services.AddSingleton(gate);
        quartz.UseTimeProvider(time);
        quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "OpenClaw");
        quartz.UseDefaultThreadPool(4);
        quartz.UsePersistentStore(store =>
        {
            store.ConfigureStore(options =>
            {
                options.StoreJobDataAsStrings = true;
                options.MisfireThreshold = TimeSpan.FromSeconds(60);
                options.TransactionIsolationLevel = System.Data.IsolationLevel.Serializable;
                options.AcquireTriggersWithinLock = true;
            });
            store.UseDriverDelegate<SharedSqliteDelegate>();
            store.UseGenericDatabase(DataSourceOptions.Providers.Sqlite, source => source.ConnectionString = JobStoreFile.ConnectionString(path));
            store.UseLockHandler<UpdateRowLockHandler>();
            store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (checkIn, checkIn));
            store.ProvisionSchema();
        });
    }
}

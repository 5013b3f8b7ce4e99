using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>
/// Carries erasures out, one at a time, the oldest first: at once when one is asked for, and as a job, which takes up what a restart cut off or what
/// could not be finished (a session in which an agent was still answering).
/// </summary>
internal sealed partial class ErasureRunner(
    ISystemDbFactory databases, ErasureWork work, IArchiveSearch search, IDatabase database, TimeProvider time, ILogger<ErasureRunner> log) : IMaintenanceJob, IErasureStart, IHostedService, IDisposable
{
    private static readonly string[] Open = [ErasureStates.Pending, ErasureStates.Running];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private int _kicked;
    private int _disposed;
    private Task _running = Task.CompletedTask;

    public string Name => "erasures";

    public string Title => "Carry out erasures";

    public string Summary => "Takes up erasures of people that a restart cut off or that had to wait. New ones begin by themselves at once.";

    public string DefaultCron => "20 * * * * ?";

    /// <summary>Begins in the background, soon and once, however often it is asked.</summary>
    public void Kick()
    {
        if (Interlocked.Exchange(ref _kicked, 1) == 0) _running = Task.Run(KickedAsync);
    }

    /// <summary>What a restart cut off goes on at once.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Kick();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ended.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Interlocked.Exchange(ref _kicked, 0);
            foreach (var erasure in await OpenAsync(cancellationToken))
            {
                if (!progress.IsDryRun) await RunAsync(erasure, progress, cancellationToken);
                progress.Count();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return; // known to the container under several names
        _ended.Cancel();
        _ended.Dispose();
        _turn.Dispose();
    }

    private async Task KickedAsync()
    {
        try
        {
            await RunAsync(new JobProgress(), _ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the gateway stops: the next start takes it up
        }
        catch (Exception e)
        {
            LogKickFailed(e);
        }
    }

    private async Task<List<Guid>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Erasures.Where(e => Open.Contains(e.State)).OrderBy(e => e.Id).Select(e => e.Id).ToListAsync(cancellationToken);
    }

    private async Task RunAsync(Guid erasure, JobProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            if (!await work.RemoveAsync(erasure, cancellationToken)) return; // it waits for something
            await work.FinishAsync(erasure, await ScrubAsync(cancellationToken), time.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, erasure);
            progress.Fault($"Erasure {erasure} failed ({e.GetType().Name}) and is tried again: {e.Message}");
            await work.NoteAsync(erasure, $"It was cut off by a fault and is tried again: {e.Message}");
        }
    }

    /// <summary>What was removed leaves no trace in the files. Why it could not be so, for people.</summary>
    private async Task<List<string>> ScrubAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        try
        {
            await search.ScrubAsync(cancellationToken);
        }
        catch (IOException e)
        {
            faults.Add($"The index of archived conversations could not be cleaned of traces: {e.Message}");
        }

        if (await database.ScrubAsync(cancellationToken) is { } fault) faults.Add(fault);
        if (database.ScrubLimit is { } limit) faults.Add(limit);
        return faults;
    }

    [LoggerMessage(7301, LogLevel.Error, "Erasure {Erasure} failed and is tried again")]
    private partial void LogFailed(Exception cause, Guid erasure);

    [LoggerMessage(7302, LogLevel.Error, "Erasures could not be looked for; the job tries again")]
    private partial void LogKickFailed(Exception cause);
}

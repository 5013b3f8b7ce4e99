using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>
/// Sends each mail in a task of its own, a few at a time, and again after a temporary failure. Mails wait in memory: each
/// carries a link that runs out and can be asked for again, so a restart may forget them.
/// </summary>
internal sealed partial class Mailer(GatewayOptions options, TimeProvider time, ILogger<Mailer> log) : IMailer, IHostedService, IDisposable
{
    /// <summary>Mails held at most, waiting ones included.</summary>
    public const int Capacity = 500;

    private const int AtATime = 2;

    /// <summary>So long a person waits for the server's word.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>From one try to the next: five and a half hours in all.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses =
        [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1), TimeSpan.FromHours(4)];

    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private readonly SemaphoreSlim _turns = new(AtATime);
    private readonly CancellationTokenSource _stopping = new();
    private int _held;

    public bool IsConfigured => options.Smtp is not null;

    public async Task<MailResult> SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        var (refusal, first) = Take(message);
        if (first is null) return refusal!;
        try
        {
            return await first.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new MailResult.Queued();
        }
    }

    public async Task<MailResult> SendOnceAsync(MailMessage message, CancellationToken cancellationToken)
    {
        var (refusal, first) = Take(message, tries: 1);
        return first is null ? refusal! : await first.WaitAsync(cancellationToken);
    }

    public MailResult Post(MailMessage message) => Take(message).Refusal ?? new MailResult.Queued();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _turns.Dispose();
    }

    private (MailResult? Refusal, Task<MailResult>? First) Take(MailMessage message, int tries = int.MaxValue)
    {
        if (options.Smtp is not { } smtp) return (new MailResult.Failed("This installation sends no mail (Smtp:Host is not set)."), null);
        if (!SmtpAddress.TryParse(message.To, out var to)) return (new MailResult.Failed("Mail cannot be sent to this address. Check that it is written like name@example.org."), null);
        if (_stopping.IsCancellationRequested || Interlocked.Increment(ref _held) > Capacity)
        {
            if (!_stopping.IsCancellationRequested) Interlocked.Decrement(ref _held);
            LogRefused(to.Domain);
            return (new MailResult.Failed("Too many mails are waiting to be sent. Try again later."), null);
        }

        var id = Guid.NewGuid();
        var job = new MailJob(smtp, Written(smtp, to, message, id), Greeting(options.PublicUrl));
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = RunAsync(id, job, tries, begin.Task);
        begin.SetResult();
        return (null, job.First);
    }

    private OutgoingMail Written(SmtpOptions smtp, SmtpAddress to, MailMessage message, Guid id)
    {
        var from = SmtpAddress.Parse(smtp.From);
        return new()
        {
            From = new(from, smtp.FromName),
            To = [new(to)],
            Subject = message.Subject,
            Text = message.Text,
            Html = message.Html,
            Date = time.GetUtcNow(),
            MessageId = $"{id:N}@{from.Domain}",
            AutoSubmitted = AutoSubmittedKinds.Generated,
        };
    }

    /// <summary>A full name introduces us; <c>localhost</c> or an address does not.</summary>
    private static string? Greeting(Uri publicUrl) =>
        publicUrl.HostNameType is UriHostNameType.Dns && publicUrl.IdnHost.Contains('.', StringComparison.Ordinal) ? publicUrl.IdnHost : null;

    private async Task RunAsync(Guid id, MailJob job, int tries, Task begin)
    {
        await begin; // after it stands in the list that StopAsync waits for
        try
        {
            for (var attempt = 0; await TryAsync(job, attempt, tries) is { } pause; attempt++) await Task.Delay(pause, time, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            LogForgotten(job.Domain);
            job.Tell(new MailResult.Failed("The gateway is stopping. Try again in a minute."));
        }
        catch (Exception e)
        {
            LogBroken(e, job.Domain);
            job.Tell(new MailResult.Failed("The mail could not be sent for a fault of the gateway, which is in its log."));
        }
        finally
        {
            Interlocked.Decrement(ref _held);
            _running.TryRemove(id, out _);
        }
    }

    /// <summary>One try; how long until the next, or null when this was the last.</summary>
    private async Task<TimeSpan?> TryAsync(MailJob job, int attempt, int tries)
    {
        await _turns.WaitAsync(_stopping.Token);
        try
        {
            await job.SendAsync(time, _stopping.Token);
            LogSent(job.Domain, attempt + 1);
            job.Tell(new MailResult.Sent());
            return null;
        }
        catch (SmtpException e) when (e.IsTemporary && attempt < Pauses.Count && attempt + 1 < tries)
        {
            LogRetried(job.Domain, e.Failure, e.Stage, e.Message, Pauses[attempt]);
            job.Tell(new MailResult.Queued());
            return Pauses[attempt];
        }
        catch (SmtpException e)
        {
            LogFailed(job.Domain, e.Failure, e.Stage, e.Message, attempt + 1);
            job.Tell(new MailResult.Failed(MailReasons.Of(e)));
            return null;
        }
        finally
        {
            _turns.Release();
        }
    }
}

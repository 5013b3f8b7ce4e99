using System.Buffers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>
/// Handles small mails side by side, so that many share one commit: at most so many at once, each with its bytes in memory. Mails that name each other, or one
/// that both answer, go one after the other.
/// </summary>
internal sealed class MailLane(MailIntake intake, int atOnce) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(atOnce);
    private readonly Dictionary<string, Task> _last = new(StringComparer.Ordinal);
    private readonly List<Task> _open = [];
    private readonly List<(ImapMail Mail, MailVerdict Verdict)> _settled = [];
    private readonly List<(MailTurn Turn, Exception Fault)> _failed = [];

    /// <summary>What became of those that are settled.</summary>
    public IReadOnlyList<(ImapMail Mail, MailVerdict Verdict)> Settled => _settled;

    /// <summary>Those that cannot be read.</summary>
    public IReadOnlyList<(MailTurn Turn, Exception Fault)> Failed => _failed;

    /// <summary>Takes a copy of the content; returns when there is room for the next.</summary>
    public async Task AddAsync(MailTurn turn, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        await _slots.WaitAsync(cancellationToken);
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, content.Length));
        content.Span.CopyTo(bytes);
        var source = new MemoryStream(bytes, 0, content.Length, writable: false);
        var reader = new MailReader(source, intake.LimitsOf(turn.Channel));
        MailHeader? header = null;
        Exception? fault = null;
        try
        {
            header = await reader.ReadHeaderAsync(cancellationToken); // from memory: at once
        }
        catch (Exception e) when (MailReading.IsUnreadable(e))
        {
            fault = e;
        }

        List<string> names = header is null ? [] : NamesOf(header);
        Task[] before = [.. names.Select(n => _last.GetValueOrDefault(n)).OfType<Task>().Where(t => !t.IsCompleted).Distinct()];
        var handling = HandleAsync(turn, reader, header, fault, before, bytes, cancellationToken);
        foreach (var name in names) _last[name] = handling;
        _open.Add(handling);
        if (_open.Count > atOnce * 4) _open.RemoveAll(t => t.IsCompletedSuccessfully);
    }

    /// <summary>All that was added is over. Throws what ended one of them and is not the mail's own fault.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_open);
        _open.Clear();
        _last.Clear();
    }

    public void Dispose() => _slots.Dispose();

    private async Task HandleAsync(MailTurn turn, MailReader reader, MailHeader? header, Exception? fault, Task[] before, byte[] bytes, CancellationToken cancellationToken)
    {
        await Task.Yield(); // the reader of the connection goes on
        try
        {
            foreach (var earlier in before) await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (header is null) Add(turn, fault!);
            else Add(turn.Mail, await intake.TakeAsync(turn, reader, header, cancellationToken));
        }
        catch (Exception e) when (MailReading.IsUnreadable(e))
        {
            Add(turn, e);
        }
        finally
        {
            reader.Dispose();
            ArrayPool<byte>.Shared.Return(bytes);
            _slots.Release();
        }
    }

    private void Add(ImapMail mail, MailVerdict verdict)
    {
        lock (_settled) _settled.Add((mail, verdict));
    }

    private void Add(MailTurn turn, Exception fault)
    {
        lock (_failed) _failed.Add((turn, fault));
    }

    private static List<string> NamesOf(MailHeader header)
    {
        List<string> names = [.. header.References.TakeLast(20), .. header.InReplyTo.Take(5)];
        if (header.MessageId is { } id) names.Add(id);
        // answers to the same address of a thread
        names.AddRange(header.To.Concat(header.Cc).Select(a => a.Address).Where(a => a.Contains('+', StringComparison.Ordinal)).Take(10));
        return names;
    }
}

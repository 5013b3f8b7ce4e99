namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>The server tells of new mails by itself; else one has to look now and then.</summary>
    public bool CanIdle => Offered.Can("IDLE");

    /// <summary>It waits for mails, and the server has agreed to tell.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>
    /// Waits until mails come or go in the open mailbox (RFC 2177). A connection that is dead without anybody's saying so shows at
    /// the end, when the server does not confirm it within the time of a command. Ends at once if the server has told of mails since
    /// the last search: it does not tell twice.
    /// </summary>
    /// <param name="limit">At most nine minutes: firewalls forget longer silence.</param>
    /// <param name="until">Ends the waiting in good order.</param>
    /// <param name="cancellationToken">Breaks the connection.</param>
    public Task<ImapNews> IdleAsync(TimeSpan limit, CancellationToken until, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, TimeSpan.FromMinutes(9));
        if (_reading) throw new InvalidOperationException("Mails are being read; read them to the end first.");
        if (_hasNews) return Task.FromResult(ImapNews.Changed);
        return _wire.WithinAsync(limit + _endpoint.Timeouts.Command * 2, async token =>
        {
            try
            {
                return await WaitAsync(limit, until, token);
            }
            finally
            {
                IsIdle = false;
            }
        }, cancellationToken);
    }

    private async Task<ImapNews> WaitAsync(TimeSpan limit, CancellationToken until, CancellationToken token)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var patience = _time.CreateTimer(_ => late.Cancel(), null, _endpoint.Timeouts.Command, Timeout.InfiniteTimeSpan);
        var changed = false;
        void Hear(ImapAnswer answer) => changed |= answer.Name is "EXISTS" or "RECENT" or "EXPUNGE" or "VANISHED";

        var tag = NextTag();
        await SendLineAsync(tag + " IDLE", late.Token);
        if (await NextAsync(tag, Hear, null, continuation: true, late.Token) is { Kind: ImapAnswerKind.Tagged } refusal)
            throw ImapException.Of(refusal.Reply!, ImapFailure.Refused, "The mail server does not wait for mails");
        patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // the read under way is never given up: it goes on to the end of the command
        using var ring = CancellationTokenSource.CreateLinkedTokenSource(token, until);
        await using var alarm = _time.CreateTimer(_ => ring.Cancel(), null, limit, Timeout.InfiniteTimeSpan);
        var rung = Task.Delay(Timeout.InfiniteTimeSpan, _time, ring.Token);
        var reading = _wire.ReadAsync(null, late.Token).AsTask();
        IsIdle = true;
        for (var count = 0; !changed && !rung.IsCompleted && await Task.WhenAny(reading, rung) == reading; count++)
        {
            var answer = await reading;
            if (answer.Kind is ImapAnswerKind.Tagged || count > ImapBounds.Answers) throw new InvalidDataException("an end of waiting that nobody asked for");
            Note(answer);
            Hear(answer);
            reading = _wire.ReadAsync(null, late.Token).AsTask();
        }

        patience.Change(_endpoint.Timeouts.Command, Timeout.InfiniteTimeSpan);
        await EndAsync(tag, reading, Hear, late.Token);
        return changed ? ImapNews.Changed : until.IsCancellationRequested ? ImapNews.Called : ImapNews.TimeUp;
    }

    private async Task EndAsync(string tag, Task<ImapAnswer> reading, Action<ImapAnswer> hear, CancellationToken token)
    {
        try
        {
            await SendLineAsync("DONE", token);
        }
        catch
        {
            _wire.Break();
            await _wire.DisposeAsync(); // ends the read
            await reading.ContinueWith(r => r.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }

        var answer = await reading;
        for (var count = 0; answer.Kind is not ImapAnswerKind.Tagged; count++)
        {
            if (count > ImapBounds.Answers) throw new InvalidDataException("answers without end");
            Note(answer);
            hear(answer);
            answer = await _wire.ReadAsync(null, token);
        }

        if (answer.Tag != tag) throw new InvalidDataException("an answer to a command that nobody gave");
        Note(answer);
        if (!answer.Reply!.IsOk) throw ImapException.Of(answer.Reply, ImapFailure.Refused, "The mail server did not wait well");
    }
}

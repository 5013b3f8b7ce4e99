using System.Globalization;
using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Imap.ImapSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Imap;

/// <summary>The client against servers as they are, too.</summary>
public sealed class ImapConnectionTests
{
    [Fact]
    public async Task SelectAsync_EverythingSaid_IsKnown()
    {
        await using var server = new ImapServer
        {
            Script = c => c.StartsWith("SELECT", StringComparison.Ordinal)
                ? "* FLAGS (\\Seen \\Answered)\r\n* 17 EXISTS\r\n* 2 RECENT\r\n* OK [UNSEEN 12] x\r\n* OK [UIDVALIDITY 3857529045] x\r\n* OK [UIDNEXT 4392] x\r\n* OK [PERMANENTFLAGS (\\Deleted \\*)] x\r\n$ OK [READ-ONLY] x\r\n"
                : null,
        };
        await using var connection = await OpenAsync(server);
        var mailbox = await connection.SelectAsync("Entwürfe & mehr", readOnly: false, CancellationToken.None);
        Assert.Equal((17u, 3857529045u, 4392u, true), (mailbox.Exists, mailbox.UidValidity, mailbox.UidNext, mailbox.IsReadOnly));
        Assert.Equal(["\\Deleted", "\\*"], mailbox.PermanentFlags);
        Assert.Contains("SELECT \"Entw&APw-rfe &- mehr\"", server.Commands);
    }

    [Fact]
    public async Task SelectAsync_LowerCaseExtraBlanksAndNoUidNext_IsUnderstood()
    {
        await using var server = new ImapServer
        {
            Script = c => c switch
            {
                _ when c.StartsWith("SELECT", StringComparison.Ordinal) => "*  9   exists \r\n* ok  [uidvalidity   5 ]\r\n\r\n* OK still here\r\n* XYZZY (((\r\n* 4 FOO \"\r\n$ ok [read-write]\r\n",
                "FETCH * (UID)" => "* 9 fetch (uid 77)\r\n$ OK x\r\n",
                _ => null,
            },
        };
        await using var connection = await OpenAsync(server);
        var mailbox = await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        Assert.Equal((9u, 5u, 78u), (mailbox.Exists, mailbox.UidValidity, mailbox.UidNext));
    }

    [Theory]
    [InlineData("NO [NONEXISTENT] no such thing", ImapFailure.NoSuchMailbox)]
    [InlineData("NO Mailbox doesn't exist", ImapFailure.NoSuchMailbox)]
    [InlineData("NO [UNAVAILABLE] later", ImapFailure.Refused)]
    [InlineData("NO [INUSE] locked", ImapFailure.LimitReached)]
    [InlineData("BAD syntax", ImapFailure.Refused)]
    public async Task SelectAsync_Refused_IsToldApart(string answer, object failure)
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("SELECT", StringComparison.Ordinal) ? $"$ {answer}\r\n" : null };
        await using var connection = await OpenAsync(server);
        Assert.Equal(failure, (await Assert.ThrowsAsync<ImapException>(() => connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None))).Failure);
        Assert.True(connection.IsUsable);
        Assert.Null(connection.Selected);
        await connection.NoopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("* SEARCH 44\r\n", "")]
    [InlineData("* SEARCH 45 44 46 45\r\n", "45,46")]
    [InlineData("* SEARCH\r\n", "")]
    [InlineData("* SEARCH \r\n", "")]
    [InlineData("", "")]
    [InlineData("* search 50  60\r\n* SEARCH 55 (MODSEQ 917)\r\n* 4 EXISTS\r\n", "50,55,60")]
    [InlineData("* SEARCH 4294967295 99999999999 x 47\r\n", "47,4294967295")]
    [InlineData("* ESEARCH (TAG \"a9\") UID ALL 40,50:52,x,60:59\r\n", "50,51,52,59,60")]
    [InlineData("* ESEARCH (TAG \"a9\") UID\r\n", "")]
    public async Task SearchAsync_Answers_AreUidsAboveTheLast(string answer, string expected)
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("UID SEARCH", StringComparison.Ordinal) ? answer + "$ OK x\r\n" : null };
        await using var connection = await OpenAsync(server);
        var found = await connection.SearchAsync(44, new DateOnly(2026, 1, 5), CancellationToken.None);
        Assert.Equal(expected, string.Join(',', found));
        Assert.Contains("UID SEARCH UID 45:* SINCE 5-Jan-2026", server.Commands);
    }

    [Fact]
    public async Task SearchAsync_100000Mails_AreTaken()
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("UID SEARCH", StringComparison.Ordinal) ? $"* SEARCH {string.Join(' ', Enumerable.Range(1_000_000, 100_000))}\r\n$ OK x\r\n" : null };
        await using var connection = await OpenAsync(server);
        Assert.Equal(100_000, (await connection.SearchAsync(0, null, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task FetchAsync_EverythingAnyhow_IsUnderstood()
    {
        await using var server = new ImapServer
        {
            Script = c => c.StartsWith("UID FETCH", StringComparison.Ordinal)
                ? "* 1 FETCH (FLAGS (\\Seen $) RFC822.SIZE 10 UID 5 INTERNALDATE \"17-Jul-2026 02:44:25 -0700\")\r\n* 12 EXISTS\r\n* 2 FETCH (UID 6 FLAGS NIL INTERNALDATE NIL RFC822.SIZE NIL)\r\n"
                + "* 1 FETCH (UID 5 FLAGS (\\Flagged))\r\n* 3 FETCH (UID 7 X-ODD (a (b {3}\r\nc)\r \"d\\\"\")) internaldate \" 7-Jul-2026 02:44:25 +0000\"\r\n* 4 FETCH (UID 99)\r\n* 5 FETCH (UID)\r\n* 6 FETCH NIL\r\n* 7 FETCH\r\n* FETCH (UID 8)\r\n$ OK x\r\n"
                : null,
        };
        await using var connection = await OpenAsync(server);
        var mails = await connection.FetchAsync([7, 5, 6, 8], CancellationToken.None);
        Assert.Equal([5u, 6u, 7u, 8u], mails.Select(m => m.Uid));
        Assert.Equal((10L, new DateTimeOffset(2026, 7, 17, 9, 44, 25, TimeSpan.Zero), "\\Flagged"), (mails[0].Size, mails[0].Received, string.Join(' ', mails[0].Flags)));
        Assert.Equal((null, null, 0), (mails[1].Size, mails[1].Received, mails[1].Flags.Count));
        Assert.Equal(new DateTimeOffset(2026, 7, 7, 2, 44, 25, TimeSpan.Zero), mails[2].Received);
        Assert.Contains("UID FETCH 5:8 (UID RFC822.SIZE INTERNALDATE FLAGS)", server.Commands);
    }

    /// <summary>How servers answer a partial fetch of a mail of 25 bytes, asked for in pieces of 10.</summary>
    [Theory]
    [InlineData("exact")]
    [InlineData("few")]
    [InlineData("whole")]
    [InlineData("quoted")]
    [InlineData("wrong size")]
    [InlineData("chatty")]
    public async Task OpenMailAsync_OddPieces_GiveTheWholeMail(string kind)
    {
        const string Mail = "Subject: x\r\n\r\nabcdefghijk";
        await using var server = new ImapServer();
        server.Script = c =>
        {
            if (!c.StartsWith("UID FETCH 5 ", StringComparison.Ordinal)) return null;
            var offset = int.Parse(c.Split('<', '.')[^2], CultureInfo.InvariantCulture);
            var piece = Mail[Math.Min(offset, Mail.Length)..Math.Min(Mail.Length, offset + (kind == "few" ? 3 : 10))];
            return kind switch
            {
                "whole" => $"* 1 FETCH (UID 5 BODY[] {Literal(Mail)})\r\n$ OK x\r\n",
                "quoted" when offset > 20 || piece.Length == 0 => $"* 1 FETCH (UID 5 BODY[]<{offset}> \"{piece}\")\r\n$ OK x\r\n",
                "chatty" => $"* OK [ALERT] now then\r\n* 4 EXISTS\r\n* 9 FETCH (FLAGS ())\r\n* 1 fetch (body[]<{offset}>  {Literal(piece)} UID 5 )\r\n* 3 EXPUNGE\r\n$ OK x\r\n",
                _ => $"* 1 FETCH (UID 5 BODY[]<{offset}> {Literal(piece)})\r\n$ OK x\r\n",
            };
        };
        await using var connection = await OpenAsync(server);
        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        await using var stream = await connection.OpenMailAsync(new(5, kind == "wrong size" ? 12 : kind == "few" ? null : Mail.Length, null, []), 10);
        Assert.Equal(Mail, await TextAsync(stream!));
        if (kind == "exact") Assert.Equal(3, server.Commands.Count(c => c.StartsWith("UID FETCH", StringComparison.Ordinal)));
        if (kind == "chatty") Assert.Contains("now then", connection.Alerts);
    }

    [Theory]
    [InlineData("$ OK x\r\n")]
    [InlineData("* 1 FETCH (UID 5 BODY[]<0> NIL)\r\n$ OK x\r\n")]
    [InlineData("* 1 FETCH (UID 5 FLAGS (\\Seen))\r\n$ OK x\r\n")]
    public async Task OpenMailAsync_Gone_IsNull(string answer)
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("UID FETCH", StringComparison.Ordinal) ? answer : null };
        await using var connection = await OpenAsync(server);
        Assert.Null(await connection.OpenMailAsync(new(5, 10, null, [])));
    }

    [Fact]
    public async Task OpenMailAsync_GoneMidway_IsGone()
    {
        await using var server = new ImapServer { Script = c => c.Contains("<0.", StringComparison.Ordinal) ? $"* 1 FETCH (UID 5 BODY[]<0> {Literal("0123456789")})\r\n$ OK x\r\n" : c.StartsWith("UID", StringComparison.Ordinal) ? "$ OK x\r\n" : null };
        await using var connection = await OpenAsync(server);
        await using var stream = await connection.OpenMailAsync(new(5, 100, null, []), 10);
        Assert.Equal(ImapFailure.Gone, (await Assert.ThrowsAsync<ImapException>(() => TextAsync(stream!))).Failure);
        Assert.True(connection.IsUsable);
    }

    [Fact]
    public async Task ReadMailsAsync_OutOfOrderMissingAndTooLarge_GivesWhatIsThere()
    {
        await using var server = new ImapServer();
        server.Script = c => c.StartsWith("UID FETCH", StringComparison.Ordinal)
            ? $"* 2 FETCH (BODY[]<0> {Literal("two")} UID 2)\r\n* 9 EXISTS\r\n* 1 FETCH (UID 1 BODY[]<0> {Literal("one")})\r\n* 1 FETCH (UID 1 BODY[]<0> {Literal("one again")})\r\n"
            + $"* 3 FETCH (UID 3 BODY[]<0> {Literal(new string('x', 50))})\r\n* 4 FETCH (UID 4 BODY[]<0> NIL)\r\n* 6 FETCH (UID 6 BODY[] \"six\")\r\n* 7 FETCH (UID 77 BODY[]<0> {Literal("not asked for")})\r\n$ NO some are gone\r\n"
            : null;
        await using var connection = await OpenAsync(server);
        List<string> got = [];
        await foreach (var content in connection.ReadMailsAsync(Enumerable.Range(1, 7).Select(i => new ImapMail((uint)i, i == 7 ? 41 : 3, null, [])), 40))
        {
            got.Add($"{content.Mail.Uid} {Encoding.ASCII.GetString(content.Bytes.Span)}");
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.NoopAsync(CancellationToken.None));
        }

        Assert.Equal(["2 two", "1 one", "6 six"], got);
        Assert.Contains("UID FETCH 1:6 (UID BODY.PEEK[]<0.41>)", server.Commands);
        await connection.NoopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task MoveAsync_NoMove_CopiesAndRemovesOnlyThese()
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1 UIDPLUS" };
        await using (var connection = await OpenAsync(server)) await connection.MoveAsync([3, 1, 2, 9], "Processed", CancellationToken.None);
        Assert.Equal(["UID COPY 1:3,9 \"Processed\"", "UID STORE 1:3,9 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 1:3,9"], server.Commands.Where(c => c.StartsWith("UID", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task MoveAsync_NeitherMoveNorUidPlus_RemovesNothing()
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1" };
        await using (var connection = await OpenAsync(server)) await connection.MoveAsync([1], "Processed", CancellationToken.None);
        Assert.DoesNotContain(server.Commands, c => c.Contains("EXPUNGE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NO [TRYCREATE] none", ImapFailure.NoSuchMailbox)]
    [InlineData("NO [OVERQUOTA] full", ImapFailure.LimitReached)]
    [InlineData("NO Mailbox is over quota", ImapFailure.LimitReached)]
    [InlineData("NO [NOPERM] no", ImapFailure.ReadOnly)]
    [InlineData("NO [READ-ONLY] no", ImapFailure.ReadOnly)]
    [InlineData("NO because", ImapFailure.Refused)]
    public async Task AppendAsync_RefusedBeforeTheContent_SendsNone(string answer, object failure)
    {
        await using var server = new ImapServer { Script = c => c.StartsWith("APPEND", StringComparison.Ordinal) ? $"$ {answer}\r\n" : null };
        await using var connection = await OpenAsync(server);
        using var content = new MemoryStream("x"u8.ToArray());
        Assert.Equal(failure, (await Assert.ThrowsAsync<ImapException>(() => connection.AppendAsync("Sent", ["\\Seen"], content, 1, CancellationToken.None))).Failure);
        await Assert.ThrowsAsync<ArgumentException>(() => connection.AppendAsync("Sent", ["\\Seen) {3}"], content, 1, CancellationToken.None));
    }

    [Fact]
    public async Task ListAsync_OddNames_AreDecoded()
    {
        await using var server = new ImapServer
        {
            Script = c => c.StartsWith("LIST", StringComparison.Ordinal)
                ? $"* LIST (\\HasNoChildren \\Sent) \"/\" \"Gesendet &APw-ber\"\r\n* list () NIL {Literal("a \"b\"")}\r\n* LIST (\\Noselect) \".\" INBOX.sub\r\n* LIST (\\X) \"\\\\\" &AEkATgBCAE8AWA-\r\n* LIST () \"/\" \"bad & name\"\r\n* LIST\r\n* LIST ()\r\n* LIST NIL NIL NIL\r\n$ OK x\r\n"
                : null,
        };
        await using var connection = await OpenAsync(server);
        var folders = await connection.ListAsync(CancellationToken.None);
        Assert.Equal(["Gesendet über", "a \"b\"", "INBOX.sub", "&AEkATgBCAE8AWA-", "bad & name"], folders.Select(f => f.Name));
        Assert.Equal(['/', null, '.', '\\', '/'], folders.Select(f => f.Separator));
        Assert.True(folders[0].Has("\\sent"));
        Assert.False(folders[2].IsSelectable);
    }

    [Theory]
    [InlineData("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n", "INBOX.Processed")]
    [InlineData("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n", "Processed")]
    [InlineData("* NAMESPACE NIL NIL NIL\r\n", "Processed")]
    [InlineData("", "Processed")]
    public async Task NamespaceAsync_Prefix_IsPutBeforeNames(string answer, string expected)
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1 NAMESPACE", Script = c => c == "NAMESPACE" ? answer + "$ OK x\r\n" : null };
        await using var connection = await OpenAsync(server);
        var own = await connection.NamespaceAsync(CancellationToken.None);
        Assert.Equal(expected, own.Of("Processed"));
        Assert.Equal(expected, own.Of(expected));
        Assert.Equal("INBOX", own.Of("INBOX"));
    }

    [Fact]
    public async Task Utf8Accept_Offered_NamesGoAsTheyAre()
    {
        await using var server = new ImapServer { Capabilities = "IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+", Script = c => c.StartsWith("ENABLE", StringComparison.Ordinal) ? "* ENABLED UTF8=ACCEPT\r\n$ OK x\r\n" : null };
        await using (var connection = await OpenAsync(server)) await connection.SelectAsync("ü", readOnly: true, CancellationToken.None);
        Assert.Contains("EXAMINE <Ã¼>", server.Commands);
    }

    [Theory]
    [InlineData("* 5 EXISTS\r\n", ImapNews.Changed)]
    [InlineData("* OK still here\r\n* 1 EXPUNGE\r\n", ImapNews.Changed)]
    [InlineData("* 1 RECENT\r\n", ImapNews.Changed)]
    public async Task IdleAsync_News_EndsIt(string news, object expected)
    {
        await using var server = new ImapServer { Script = c => c == "IDLE" ? "+ idling\r\n" + news : null };
        await using var connection = await OpenAsync(server);
        Assert.Equal(expected, await connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None));
        Assert.Contains("DONE", server.Commands);
        await connection.NoopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task IdleAsync_NewsSinceTheSearch_EndsAtOnce()
    {
        await using var server = new ImapServer { Script = c => c == "NOOP" ? "* 4 EXISTS\r\n$ OK x\r\n" : null };
        await using var connection = await OpenAsync(server);
        await connection.SelectAsync("INBOX", readOnly: false, CancellationToken.None);
        await connection.NoopAsync(CancellationToken.None);
        Assert.Equal(ImapNews.Changed, await connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None));
        Assert.DoesNotContain("IDLE", server.Commands);
        await connection.SearchAsync(0, null, CancellationToken.None);
        await connection.NoopAsync(CancellationToken.None);
        Assert.Equal(ImapNews.TimeUp, await connection.IdleAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None, CancellationToken.None));
    }

    [Fact]
    public async Task DisposeAsync_WhileItWaits_EndsTheWaiting()
    {
        await using var server = new ImapServer();
        var connection = await OpenAsync(server);
        var idle = connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None);
        await IdleAsync(connection);
        await connection.DisposeAsync();
        Assert.Equal(ImapFailure.Closed, (await Assert.ThrowsAsync<ImapException>(() => idle)).Failure);
    }

    [Theory]
    [InlineData("* BYE idle too long\r\n" + ImapServer.Cut, ImapFailure.Closed)]
    [InlineData(ImapServer.Cut, ImapFailure.Closed)]
    [InlineData("$ OK done already\r\n", ImapFailure.Protocol)]
    [InlineData("nonsense\r\n", ImapFailure.Protocol)]
    public async Task IdleAsync_Ends_AreToldApart(string end, object failure)
    {
        await using var server = new ImapServer { Script = c => c == "IDLE" ? "+ idling\r\n" + end : null };
        await using var connection = await OpenAsync(server);
        var fault = await Assert.ThrowsAsync<ImapException>(() => connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None));
        Assert.Equal(failure, fault.Failure);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task IdleAsync_NotKnown_IsRefused()
    {
        await using var server = new ImapServer { Script = c => c == "IDLE" ? "$ BAD what\r\n" : null };
        await using var connection = await OpenAsync(server);
        Assert.Equal(ImapFailure.Refused, (await Assert.ThrowsAsync<ImapException>(() => connection.IdleAsync(TimeSpan.FromMinutes(1), CancellationToken.None, CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task IdleAsync_TimeUpOrCalled_EndsInGoodOrder()
    {
        var clock = new TestClock();
        await using var server = new ImapServer();
        await using var connection = await OpenAsync(Endpoint(server), clock);
        var idle = connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, CancellationToken.None);
        await IdleAsync(connection);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(ImapNews.TimeUp, await idle);

        using var until = new CancellationTokenSource();
        idle = connection.IdleAsync(TimeSpan.FromMinutes(9), until.Token, CancellationToken.None);
        await until.CancelAsync();
        Assert.Equal(ImapNews.Called, await idle);

        using var cancelled = new CancellationTokenSource();
        idle = connection.IdleAsync(TimeSpan.FromMinutes(9), CancellationToken.None, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => idle);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task IdleAsync_EndNotConfirmed_IsTimedOut()
    {
        var clock = new TestClock();
        await using var server = new ImapServer { Script = c => c == "DONE" ? ImapServer.Silence : null };
        await using var connection = await OpenAsync(Endpoint(server), clock);
        var idle = connection.IdleAsync(TimeSpan.FromMinutes(4), CancellationToken.None, CancellationToken.None);
        await IdleAsync(connection);
        clock.Advance(TimeSpan.FromMinutes(4));
        await clock.WaitForTimersAsync(2);
        Assert.False(idle.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ImapFailure.TimedOut, (await Assert.ThrowsAsync<ImapException>(() => idle)).Failure);
    }

    [Theory]
    [InlineData(ImapServer.Silence, 60)]
    [InlineData("* 5 EXI" + ImapServer.Silence, 30)]
    [InlineData("* 1 FETCH (UID 5 BODY[] {50}\r\nabc" + ImapServer.Silence, 30)]
    public async Task Commands_Silence_EndsAfterItsTime(string answer, int seconds)
    {
        var clock = new TestClock();
        await using var server = new ImapServer { Script = c => c == "NOOP" ? answer : null };
        await using var connection = await OpenAsync(Endpoint(server), clock);
        var noop = connection.NoopAsync(CancellationToken.None);
        await clock.WaitForTimersAsync(seconds == 30 ? 2 : 1);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(ImapFailure.TimedOut, (await Assert.ThrowsAsync<ImapException>(() => noop)).Failure);
        Assert.False(connection.IsUsable);
        Assert.Equal(ImapFailure.Closed, (await Assert.ThrowsAsync<ImapException>(() => connection.NoopAsync(CancellationToken.None))).Failure);
    }

    [Theory]
    [InlineData("long line")]
    [InlineData("long literal")]
    [InlineData("endless literal")]
    [InlineData("endless digits")]
    [InlineData("many literals")]
    [InlineData("deep lists")]
    [InlineData("many words")]
    [InlineData("many answers")]
    [InlineData("another's tag")]
    [InlineData("no answer")]
    public async Task Commands_WithoutBounds_AreProtocolFaults(string kind)
    {
        var answer = kind switch
        {
            "long line" => "* OK " + new string('x', 70_000),
            "long literal" => "* LIST () NIL {70000}\r\n",
            "endless literal" => "* 1 FETCH (UID 5 BODY[]<0> {99999999999}\r\n",
            "endless digits" => "* LIST () NIL {99999999999999999999999}\r\n",
            "many literals" => "* LIST " + string.Concat(Enumerable.Repeat("{0}\r\n ", 1_000)),
            "deep lists" => "* LIST " + new string('(', 1_000) + "\r\n",
            "many words" => "* LIST (" + string.Concat(Enumerable.Repeat("a ", 20_000)) + ")\r\n",
            "many answers" => string.Concat(Enumerable.Repeat("* 1 EXISTS\r\n", 60_000)),
            "another's tag" => "b7 OK x\r\n",
            _ => "hello\r\n",
        };
        await using var server = new ImapServer { Script = c => c.StartsWith("UID FETCH", StringComparison.Ordinal) ? answer : null };
        await using var connection = await OpenAsync(server);
        var fault = await Assert.ThrowsAsync<ImapException>(() => connection.OpenMailAsync(new(5, 10, null, [])));
        Assert.Equal(ImapFailure.Protocol, fault.Failure);
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public async Task Bye_AtAnyTime_IsClosedWithItsText()
    {
        await using var server = new ImapServer { Script = c => c == "NOOP" ? "* BYE Server shutting down, see https://example.org/?token=x\r\n" : null };
        await using var connection = await OpenAsync(server);
        var fault = await Assert.ThrowsAsync<ImapException>(() => connection.NoopAsync(CancellationToken.None));
        Assert.Equal(ImapFailure.Closed, fault.Failure);
        Assert.Contains("Server shutting down", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatusTexts_EndingLikeLiterals_AreTexts()
    {
        await using var server = new ImapServer { Script = c => c == "NOOP" ? "* OK write {5}\r\n* NO [ALERT] more {17}\r\n+ odd {3}\r\n$ OK done {9}\r\n" : null };
        await using var connection = await OpenAsync(server);
        await connection.NoopAsync(CancellationToken.None);
        Assert.Equal(["more {17}"], connection.Alerts);
    }

    private static async Task IdleAsync(ImapConnection connection)
    {
        while (!connection.IsIdle) await Task.Yield();
    }
}

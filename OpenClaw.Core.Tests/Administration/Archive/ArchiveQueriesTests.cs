using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Archive;

public sealed class ArchiveQueriesTests : IAsyncLifetime
{
    private ArchivePlace _place = null!;

    public async Task InitializeAsync() => _place = await ArchivePlace.CreateAsync();

    public async Task DisposeAsync() => await _place.DisposeAsync();

    [Fact]
    public async Task List_Filters_NewestFirst()
    {
        var first = await _place.AddAsync(1, "the invoice is late", "sorry");
        var second = await _place.AddAsync(2, "hello", "the invoice was paid");
        var ben = await _place.Planted.AddAsync(_place.Tenant, Guid.NewGuid(), ArchivePlace.Day.AddDays(3), ["my invoice"], "ben");

        Assert.Equal([ben, second, first], await _place.ListAsync(new()));
        Assert.Equal([ben, second, first], await _place.ListAsync(new() { Text = "invoice" }));
        Assert.Equal([first], await _place.ListAsync(new() { Text = "invoice late" }));
        Assert.Equal([second, first], await _place.ListAsync(new() { Text = "invoice", Channel = _place.Channel.Id }));
        Assert.Equal([ben], await _place.ListAsync(new() { Text = "invoice", User = "ben" }));
        Assert.Equal([ben], await _place.ListAsync(new() { User = "ben" }));
        Assert.Equal([ben, second], await _place.ListAsync(new() { Since = ArchivePlace.Day.AddDays(2) }));
        Assert.Equal([first], await _place.ListAsync(new() { Until = ArchivePlace.Day.AddDays(2) }));
        Assert.Equal([second], await _place.ListAsync(new() { Text = "invoice", Since = ArchivePlace.Day.AddDays(2), Until = ArchivePlace.Day.AddDays(3) }));
        Assert.Empty(await _place.ListAsync(new() { Text = "!!!" }));
        Assert.Empty((await _place.Queries.ListAsync(Guid.NewGuid(), new() { Text = "invoice" }, new(50))).Items);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("word")]
    public async Task List_PageByPage_EachOnce(string? text)
    {
        var all = new List<Guid>();
        for (var i = 0; i < 23; i++) all.Add(await _place.AddAsync(i / 4, $"word {i}"));
        var read = new List<Guid>();
        string? after = null;
        do
        {
            var page = await _place.Queries.ListAsync(_place.Tenant, new() { Text = text }, new(5, after));
            read.AddRange(page.Items.Select(i => i.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(all.Order(), read.Order());
        Assert.Equal(all.Count, read.Count);
    }

    [Fact]
    public async Task List_HitOfWhatIsNotArchivedAnyMore_Vanishes()
    {
        var restored = await _place.Planted.AddAsync(_place.Tenant, _place.Channel.Id, ArchivePlace.Day, ["word"], state: SessionState.Dormant);
        var deleted = await _place.AddAsync(1, "word");
        var kept = await _place.AddAsync(2, "word");
        await using (var db = _place.Database.System.Create())
            await db.WriteAsync(d => d.ArchivedSessions.Where(a => a.SessionId == deleted).ExecuteDeleteAsync(), default);

        Assert.Equal([kept], await _place.ListAsync(new() { Text = "word" }));
        Assert.Equal([kept], await _place.ListAsync(new()));
        Assert.Null(await _place.Queries.GetAsync(_place.Tenant, restored));
    }

    [Fact]
    public async Task List_RareAmongVeryManyHits_GoesOnWhereTheWindowEnded()
    {
        var rare = await _place.Planted.AddAsync(_place.Tenant, _place.Channel.Id, ArchivePlace.Day, ["word"], "ben");
        // in the index only, newer than the rare one
        await _place.Search.AddAsync([.. Enumerable.Range(0, ArchiveQueries.SearchWindow + 50).Select(i => new ArchiveText(_place.Tenant, Guid.NewGuid(), ArchivePlace.Day.AddMinutes(i + 1), "word"))], default);

        var first = await _place.Queries.ListAsync(_place.Tenant, new() { Text = "word", User = "ben" }, new(10));
        Assert.Empty(first.Items);
        var second = await _place.Queries.ListAsync(_place.Tenant, new() { Text = "word", User = "ben" }, new(10, first.Next));
        Assert.Equal([rare], second.Items.Select(i => i.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Get_DatesAndHolds_AsTheChannelAndTheHoldsSay()
    {
        var channel = _place.Catalog.AddChannel(c => c with { Timers = c.Timers with { Retention = TimeSpan.FromDays(100) } });
        var dated = await _place.Planted.AddAsync(_place.Tenant, channel.Id, ArchivePlace.Day, ["a"]);
        var held = await _place.Planted.AddAsync(_place.Tenant, channel.Id, ArchivePlace.Day, ["b"], "ben");
        var kept = await _place.AddAsync(0, "c");
        await _place.Database.AddAsync(new LegalHold { Id = Guid.CreateVersion7(), TenantId = _place.Tenant, Name = "Case 7", UserId = "ben", CreatedBy = "x" });

        var view = (await _place.Queries.GetAsync(_place.Tenant, dated))!;
        Assert.Equal(ArchivePlace.Day.AddDays(100), view.DeletesAt);
        Assert.Equal((ArchivePlace.Day.AddDays(30), "archived", 1L, false, null), (view.ArchivedAt, view.State, view.Messages, view.Held, view.Fault));
        Assert.True(view.Bytes > 0 && view.FileBytes > 0);
        var under = (await _place.Queries.GetAsync(_place.Tenant, held))!;
        Assert.Equal((true, "Case 7", null), (under.Held, under.Hold, under.DeletesAt));
        Assert.Null((await _place.Queries.GetAsync(_place.Tenant, kept))!.DeletesAt);
        // the tenant's holds where the channel was deleted
        _place.Catalog.Change(t => t with { Settings = t.Settings with { RetentionDays = 10 } });
        var orphan = await _place.Planted.AddAsync(_place.Tenant, Guid.NewGuid(), ArchivePlace.Day, ["d"]);
        Assert.Equal(ArchivePlace.Day.AddDays(10), (await _place.Queries.GetAsync(_place.Tenant, orphan))!.DeletesAt);
    }

    [Fact]
    public async Task Messages_BothWays_Paged()
    {
        var session = await _place.AddAsync(1, "one", "two", "three", "four", "five");

        var first = (await _place.Queries.MessagesAsync(_place.Tenant, session, new(3)))!;
        Assert.Equal(["one", "two", "three"], first.Items.Select(m => m.Text));
        Assert.Equal(first.Items[0].Id, first.Items[1].InReplyTo);
        var rest = (await _place.Queries.MessagesAsync(_place.Tenant, session, new(3, first.Next)))!;
        Assert.Equal(["four", "five"], rest.Items.Select(m => m.Text));
        Assert.Equal(first.Items[2].Id, rest.Items[0].InReplyTo);
        Assert.Null(rest.Next);

        var newest = (await _place.Queries.MessagesBackwardsAsync(_place.Tenant, session, 2))!;
        Assert.Equal(["four", "five"], newest.Items.Select(m => m.Text));
        Assert.Equal(first.Items[2].Id, newest.Items[0].InReplyTo);
        Assert.Equal(["two", "three"], (await _place.Queries.MessagesBackwardsAsync(_place.Tenant, session, 2, newest.Next))!.Items.Select(m => m.Text));
        Assert.Null(await _place.Queries.MessagesAsync(Guid.NewGuid(), session, new(3)));
        await Assert.ThrowsAsync<InvalidInputException>(() => _place.Queries.MessagesAsync(_place.Tenant, session, new(3, "x")));
    }

    [Fact]
    public async Task Messages_TranscriptDamaged_FaultNamesTheFile()
    {
        var session = await _place.AddAsync(1, "one", "two");
        var row = await RowAsync(session);
        await File.WriteAllTextAsync(_place.Planted.FileOf(row), "damaged");

        var fault = await Assert.ThrowsAsync<ArchiveFaultException>(() => _place.Queries.MessagesAsync(_place.Tenant, session, new(3)));
        Assert.Contains(row.File.ToString("N"), fault.Message, StringComparison.Ordinal);
        Assert.Null(await _place.Snippets.FindAsync(_place.Tenant, session, "one"));
        await Assert.ThrowsAsync<ArchiveFaultException>(() => _place.Export.RunAsync(Caller.System(_place.Tenant), session, "csv"));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task Snippet_OfWords_MarksThemInTheEntryThatHasMost()
    {
        var session = await _place.AddAsync(1, "An invoice?", new string('x', 300) + " Your INVOICE from Núñez <b>is</b> late. " + new string('y', 300), "invoice");

        var snippet = (await _place.Snippets.FindAsync(_place.Tenant, session, "invoice nunez la"))!;

        Assert.Equal((2L, "agent"), (snippet.Seq, snippet.From));
        Assert.Equal(["INVOICE", "Núñez", "late"], snippet.Parts.Where(p => p.IsHit).Select(p => p.Text));
        Assert.InRange(string.Concat(snippet.Parts.Select(p => p.Text)).Length, 100, 200);
        Assert.Null(await _place.Snippets.FindAsync(_place.Tenant, session, "nothing"));
        Assert.Null(await _place.Snippets.FindAsync(Guid.NewGuid(), session, "invoice"));
    }

    [Fact]
    public async Task Restore_Archived_DoneAndNoted()
    {
        var session = await _place.AddAsync(1, "one");
        _place.Restored.Step = async id =>
        {
            await using var db = _place.Database.System.Create();
            await db.WriteAsync(d => d.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.State, SessionState.Dormant)), default);
        };

        var result = await _place.Restore.RunAsync(Caller.System(_place.Tenant), session);

        Assert.Equal((AdminStatus.Done, "dormant"), (result.Status, result.Value?.State));
        Assert.Equal(["session.restored"], await AuditAsync());
    }

    [Fact]
    public async Task Restore_ThatCannotBe_SaysWhyAndNotesNothing()
    {
        var session = await _place.AddAsync(1, "one");
        var orphan = await _place.Planted.AddAsync(_place.Tenant, Guid.NewGuid(), ArchivePlace.Day, ["two"]);
        _place.Restored.Step = _ => throw new ArchiveFaultException("The transcript x.jsonl.br is cut off.");

        var gone = await _place.Restore.RunAsync(Caller.System(_place.Tenant), orphan);
        Assert.Equal(AdminStatus.InUse, gone.Status);
        Assert.Contains("stays readable and exportable", gone.Reason, StringComparison.Ordinal);
        var broken = await _place.Restore.RunAsync(Caller.System(_place.Tenant), session);
        Assert.Contains("x.jsonl.br is cut off", broken.Reason, StringComparison.Ordinal);
        Assert.Equal(AdminStatus.NotFound, (await _place.Restore.RunAsync(Caller.System(_place.Tenant), Guid.NewGuid())).Status);
        Assert.Equal(AdminStatus.NotFound, (await _place.Restore.RunAsync(Caller.System(Guid.NewGuid()), session)).Status);
        await Assert.ThrowsAsync<ForbiddenException>(() => _place.Restore.RunAsync(Caller.System(_place.Tenant) with { Scopes = ["read"] }, session));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task Export_Archived_AllEntriesAndNoted()
    {
        var session = await _place.AddAsync(1, [.. Enumerable.Range(0, 450).Select(i => $"text {i}")]);

        var export = (await _place.Export.RunAsync(Caller.System(_place.Tenant), session, "csv"))!;

        Assert.IsType<ArchivedSessionView>(export.Session);
        var messages = await export.Messages.ToListAsync();
        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"text {i}"), messages.Select(m => m.Text));
        Assert.Equal(messages[0].Id, messages[1].InReplyTo);
        Assert.Equal(["session.exported"], await AuditAsync());
        Assert.Null(await _place.Export.RunAsync(Caller.System(Guid.NewGuid()), session, "csv"));
        await Assert.ThrowsAsync<ForbiddenException>(() => _place.Export.RunAsync(Caller.System(_place.Tenant) with { Scopes = ["operate"] }, session, "csv"));
    }

    [Fact]
    public async Task Export_Living_AllEntries()
    {
        var session = Guid.NewGuid();
        await _place.Database.AddAsync(
        [
            new Session { Id = session, TenantId = _place.Tenant, ChannelId = _place.Channel.Id, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "ada", State = SessionState.Active },
            .. Enumerable.Range(1, 450).Select(i => new Message { Position = i, Id = Guid.NewGuid(), TenantId = _place.Tenant, ChannelId = _place.Channel.Id, SessionId = session, Seq = i, From = MessageFrom.User, Text = $"text {i}" }),
        ]);

        var export = (await _place.Export.RunAsync(Caller.System(_place.Tenant), session, "json"))!;

        Assert.Equal(Enumerable.Range(1, 450).Select(i => $"text {i}"), (await export.Messages.ToListAsync()).Select(m => m.Text));
        Assert.Null(await _place.Export.RunAsync(Caller.System(_place.Tenant), session, "json", archivedOnly: true));
    }

    private async Task<ArchivedSession> RowAsync(Guid session)
    {
        await using var db = _place.Database.System.Create();
        return await db.ArchivedSessions.SingleAsync(a => a.SessionId == session);
    }

    private async Task<List<string>> AuditAsync()
    {
        await using var db = _place.Database.System.Create();
        return await db.Audit.Select(a => a.Action).ToListAsync();
    }
}

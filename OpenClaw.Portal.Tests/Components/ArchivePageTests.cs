using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Archive;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Tests.Api;

namespace OpenClaw.Portal.Tests.Components;

public sealed class ArchivePageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private PageContext _context = null!;
    private IArchiveSearch _search = null!;
    private PlantedArchive _archive = null!;
    private Restorer _restorer = null!;

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        var database = _context.Database;
        _search = database.Storage.OpenArchiveSearch(NullLogger.Instance);
        await _search.StartAsync(default);
        _archive = new(database.System, _search, database.Folder);
        _restorer = new(database.System);
        _context.Services.AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = database.Folder });
        _context.Services.AddSingleton(_search).AddSingleton<IArchivedSessions>(_restorer).AddArchiveAdministration();
        await database.AddAsync(new Channel { Id = database.Channel.Id, TenantId = database.Tenant.Id, Kind = "websocket", Name = "Web chat", Enabled = true });
    }

    public async Task DisposeAsync()
    {
        (_search as IDisposable)?.Dispose();
        await _context.DisposeAsync();
    }

    [Fact]
    public async Task List_Nothing_SaysWhenSomethingComes()
    {
        var page = await RenderAsync();
        Assert.Contains("Nothing is archived yet", page.WaitForElement(".list-pane .empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Word_ShowsItMarkedAndNothingAsMarkup()
    {
        await AddAsync(At, "where is <b>my</b> invoice?", "on its way");
        await AddAsync(At.AddDays(1), "hello");

        var page = await RenderAsync(query: "?text=invoice");

        Assert.Equal("where is <b>my</b> invoice?", page.WaitForElement(".snippet").TextContent);
        Assert.Equal("invoice", page.Find(".snippet mark").TextContent);
        Assert.Empty(page.FindAll(".snippet b"));
        Assert.EndsWith("?text=invoice&at=1", page.FindAll("a.row").Single().GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WordThatNobodySaid_OffersToClear()
    {
        await AddAsync(At, "hello");
        var page = await RenderAsync(query: "?text=nowhere");
        Assert.Contains("Nothing found", page.WaitForElement(".list-pane .empty").TextContent, StringComparison.Ordinal);
        Assert.Equal("t/acme/archive", page.Find(".list-pane .empty a").GetAttribute("href"));
    }

    [Fact]
    public async Task List_HeldAndDamaged_SaysSo()
    {
        var session = await AddAsync(At, "hello");
        await _context.Database.AddAsync(new LegalHold { Id = Guid.CreateVersion7(), TenantId = _context.Database.Tenant.Id, Name = "Case 7", SessionId = session, CreatedBy = "x" });
        await using (var db = _context.Database.System.Create())
            await db.WriteAsync(d => d.ArchivedSessions.ExecuteUpdateAsync(set => set.SetProperty(a => a.Fault, "The transcript is cut off.")), default);

        var page = await RenderAsync(session);

        page.WaitForElement(".list-pane .chip");
        Assert.Equal(["Damaged", "Held"], page.FindAll(".list-pane .chip").Select(c => c.TextContent.Trim()));
        page.WaitForElement(".detail-pane .notice.bad");
        Assert.Contains("The transcript is cut off.", page.Find(".detail-pane .notice.bad").TextContent, StringComparison.Ordinal);
        Assert.Contains("by the hold “Case 7”", page.Find(".archive-facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transcript_LikeALivingOne_WithExports()
    {
        var session = await AddAsync(At, "first", "second", "third");
        var page = await RenderAsync(session, "?entry=2");
        page.WaitForElement("article");
        Assert.Equal(["first", "second", "third"], page.FindAll("article .text").Select(t => t.TextContent));
        page.WaitForElement(".timeline");
        Assert.Equal(["txt", "csv", "json"], page.FindAll(".menu-list a[download]").Select(a => a.GetAttribute("href")!.Split("format=")[1]));
        Assert.Empty(page.FindAll(".raw"));
    }

    [Fact]
    public async Task Transcript_FileDamaged_SaysWhichAndWhatToDo()
    {
        var session = await AddAsync(At, "first");
        await using var db = _context.Database.System.Create();
        var row = await db.ArchivedSessions.SingleAsync();
        await File.WriteAllTextAsync(_archive.FileOf(row), "damaged");
        var fault = (await RenderAsync(session)).WaitForElement(".detail-pane .notice.bad").TextContent;
        Assert.Contains(row.File.ToString("N"), fault, StringComparison.Ordinal);
        Assert.Contains("back-up", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transcript_NotArchived_LeadsToTheConversations()
    {
        var page = await RenderAsync(Guid.NewGuid());
        Assert.Contains("Not in the archive", page.WaitForElement(".detail-pane .empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_ByAnOperator_LeadsToTheConversation()
    {
        var session = await AddAsync(At, "first");
        var page = await RenderAsync(session, role: TenantRole.Operator);
        page.WaitForElement(".detail-head button.primary").Click();
        Answer(yes: true);
        PageContext.Until(() => Navigation.Uri.EndsWith($"/t/acme/conversations/{session}", StringComparison.Ordinal));
        await using var db = _context.Database.System.Create();
        Assert.Equal(SessionState.Dormant, (await db.Sessions.SingleAsync()).State);
        Assert.Equal("session.restored", (await db.Audit.SingleAsync()).Action);
    }

    [Fact]
    public async Task Restore_Refused_SaysWhyAndStays()
    {
        var session = await AddAsync(At, "first");
        _restorer.Damaged.Add(session);
        var page = await RenderAsync(session, role: TenantRole.Operator);
        page.WaitForElement(".detail-head button.primary").Click();
        Answer(yes: true);
        var toasts = _context.Services.GetRequiredService<Toasts>();
        PageContext.Until(() => toasts.Shown.Count == 1);
        Assert.Contains("1.jsonl.br is cut off", toasts.Shown[0].Text, StringComparison.Ordinal);
        Assert.EndsWith($"/archive/{session}", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_ForAViewer_IsNotOffered()
    {
        var page = await RenderAsync(await AddAsync(At, "first"));
        page.WaitForElement("article");
        Assert.Empty(page.FindAll(".detail-head button.primary"));
    }

    [Fact]
    public async Task Restore_WithoutItsChannel_SaysThatItCannotBe()
    {
        var orphan = await _archive.AddAsync(_context.Database.Tenant.Id, Guid.NewGuid(), At, ["first"]);
        var page = await RenderAsync(orphan, role: TenantRole.Operator);
        Assert.True(page.WaitForElement(".detail-head button.primary").HasAttribute("disabled"));
        Assert.Contains("Its channel was deleted", page.Markup, StringComparison.Ordinal);
    }

    private NavigationManager Navigation => _context.Services.GetRequiredService<NavigationManager>();

    private void Answer(bool yes)
    {
        var confirm = (Confirm)_context.Services.GetRequiredService<IConfirm>();
        PageContext.Until(() => confirm.Current is not null);
        confirm.Answer(confirm.Current!, yes);
    }

    private Task<Guid> AddAsync(DateTimeOffset at, params string[] texts) => _archive.AddAsync(_context.Database.Tenant.Id, _context.Database.Channel.Id, at, texts, agent: _context.Database.Agent.Id);

    private async Task<IRenderedComponent<OpenClaw.Portal.Components.Pages.Archive.Archive>> RenderAsync(Guid? id = null, string query = "", TenantRole role = TenantRole.Viewer)
    {
        await _context.SignInAsync(role);
        Navigation.NavigateTo($"/t/acme/archive{(id is null ? "" : $"/{id}")}{query}");
        return _context.Render<OpenClaw.Portal.Components.Pages.Archive.Archive>(p => p.Add(a => a.Slug, "acme").Add(a => a.Id, id));
    }
}

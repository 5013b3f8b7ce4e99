using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Components.Pages.DeadLetters;

namespace OpenClaw.Portal.Tests.Components;

public sealed class DeadLettersTests : IAsyncLifetime
{
    private PageContext _context = null!;

    public async Task InitializeAsync() => _context = await PageContext.CreateAsync();

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public void List_None_SaysThatAllIsWell() =>
        Assert.Contains("Every message that was accepted went its way", Render().WaitForElement(".list-pane .empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task Detail_Chosen_TellsCausePayloadAndWay()
    {
        var session = await _context.Database.AddSessionAsync("Ada", ["hello"], dead: true);
        var row = Render().WaitForElement("a.row");
        Assert.Contains("Agent timeout", row.TextContent, StringComparison.Ordinal);
        var id = Guid.Parse(row.GetAttribute("href")!.Split('/')[^1]);

        var detail = Render(id);
        detail.WaitForElement(".detail");
        Assert.Contains("No answer within 60 seconds.", detail.Find(".error").TextContent, StringComparison.Ordinal);
        Assert.Contains("\"text\": \"hello\"", detail.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.StartsWith($"/t/acme/conversations/{session}?message=", detail.Find(".detail a.button").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_Chosen_StandsInTheAddress()
    {
        Render().Find("select[aria-label='Cause']").Change("agent_timeout");
        Assert.EndsWith("?cause=agent_timeout", _context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private IRenderedComponent<DeadLetters> Render(Guid? id = null) =>
        _context.Render<DeadLetters>(p => p.Add(d => d.Slug, "acme").Add(d => d.Id, id));
}

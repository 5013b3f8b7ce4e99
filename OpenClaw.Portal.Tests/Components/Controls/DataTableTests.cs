using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class DataTableTests : ControlTests
{
    private static readonly Row[] Rows = [new(1, "Web", 12), new(2, "Mail", 3)];

    [Fact]
    public void Rows_Loading_AreSkeletons()
    {
        var table = Render(null);
        Assert.Equal("true", table.Find("table").GetAttribute("aria-busy"));
        Assert.NotEmpty(table.FindAll("td .skeleton"));
    }

    [Fact]
    public void Rows_None_ShowsWhatToDo() => Assert.Contains("No channel yet", Render([]).Markup, StringComparison.Ordinal);

    [Fact]
    public void Rows_Some_CarryLinkAlignmentAndPriority()
    {
        var table = Render(Rows);
        Assert.Equal(["Name", "Messages"], table.FindAll("th").Select(t => t.TextContent.Trim()));
        Assert.Equal(["/c/1", "/c/2"], table.FindAll("a.row-link").Select(a => a.GetAttribute("href")));
        Assert.Equal("number p2", table.FindAll("td")[1].ClassName);
        Assert.Equal("Channels", table.Find("caption").TextContent);
    }

    [Fact]
    public void Sort_Clicked_AsksForTheOtherDirection()
    {
        var asked = new List<string?>();
        var table = Render(Rows, p => p.Add(t => t.Sort, "name").Add(t => t.SortChanged, asked.Add));
        Assert.Equal("ascending", table.Find("th").GetAttribute("aria-sort"));
        table.Find("button.sort").Click();
        Assert.Equal(["-name"], asked);
    }

    [Fact]
    public void Column_SwitchedOff_GoesAndIsRemembered()
    {
        var table = Render(Rows, p => p.Add(t => t.Remember, "channels"));
        table.FindAll(".view-list fieldset input").Single().Change(false);
        Assert.Equal(["Name"], table.FindAll("th").Select(t => t.TextContent.Trim()));
        Assert.Equal(["table:channels", """{"Dense":false,"Columns":{"Messages":false}}"""], Context.Script.VerifyInvoke("remember").Arguments);
    }

    [Fact]
    public async Task More_Clicked_LoadsOnce()
    {
        var gate = new TaskCompletionSource();
        var loads = 0;
        var table = Render(Rows, p => p.Add(t => t.HasMore, true).Add(t => t.OnMore, () =>
        {
            loads++;
            return gate.Task;
        }));
        var click = table.Find("button.more").ClickAsync();
        Assert.True(table.Find("button.more").HasAttribute("disabled"));
        gate.SetResult();
        await click;
        Assert.Equal(1, loads);
    }

    [Fact]
    public void Filters_Changed_StandInTheAddressAndCanBeCleared()
    {
        var navigation = Context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/list?after=x&tab=1");
        var bar = Context.Render<FilterBar>(p => p.Add(b => b.Label, "Filter").Add(b => b.ChildContent, builder =>
        {
            ControlsContext.Of<FilterText>(("Name", "q"), ("Label", "Name"))(builder);
            ControlsContext.Of<FilterSelect>(("Name", "state"), ("Label", "State"), ("Options", Choice.Of("on", "off")))(builder);
        }));
        bar.Find("select").Change("off");
        Assert.EndsWith("/list?tab=1&state=off", navigation.Uri, StringComparison.Ordinal);
        bar.Find("input").Input("we");
        bar.Find("input").Input("web");
        Context.Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.DoesNotContain("q=", navigation.Uri, StringComparison.Ordinal);
        Context.Clock.Advance(TimeSpan.FromMilliseconds(200));
        bar.WaitForAssertion(() => Assert.Contains("q=web", navigation.Uri, StringComparison.Ordinal));
        bar.WaitForElement("button").Click();
        Assert.EndsWith("/list?tab=1", navigation.Uri, StringComparison.Ordinal);
        bar.WaitForAssertion(() => Assert.Equal("", bar.Find("input").GetAttribute("value") ?? ""));
    }

    [Fact]
    public void Csv_Formulas_AreMadeHarmless() =>
        Assert.Equal("\uFEFFName,Note\r\n'=1+1,\"a, \"\"b\"\"\"\r\n-5,\r\n", Csv.Write(["Name", "Note"], [["=1+1", "a, \"b\""], ["-5", null]]));

    private IRenderedComponent<DataTable<Row>> Render(IReadOnlyList<Row>? rows, Action<ComponentParameterCollectionBuilder<DataTable<Row>>>? more = null) =>
        Context.Render<DataTable<Row>>(p =>
        {
            p.Add(t => t.Label, "Channels").Add(t => t.Items, rows).Add(t => t.ItemKey, r => r.Id).Add(t => t.RowHref, r => $"/c/{r.Id}");
            p.Add(t => t.Empty, ControlsContext.Of<EmptyState>(("Icon", "channel"), ("Title", "No channel yet")));
            p.Add(t => t.Columns, builder =>
            {
                ControlsContext.Of<DataColumn<Row>>(("Title", "Name"), ("Sort", "name"), ("ChildContent", (RenderFragment<Row>)(r => b => b.AddContent(0, r.Name))))(builder);
                ControlsContext.Of<DataColumn<Row>>(("Title", "Messages"), ("Number", true), ("Priority", 2), ("ChildContent", (RenderFragment<Row>)(r => b => b.AddContent(0, r.Count))))(builder);
            });
            more?.Invoke(p);
        });

    private sealed record Row(int Id, string Name, int Count);
}

using Bunit;
using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class SortableListTests : ControlTests
{
    private IReadOnlyList<string> _items = ["a", "b", "c"];

    [Fact]
    public void Buttons_Clicked_MoveAndSayTheNewPlace()
    {
        var list = Render();
        list.Find("[aria-label='Move a down']").Click();
        Assert.Equal(["b", "a", "c"], _items);
        Assert.Equal("a is now at place 2 of 3.", list.Find("[role=status]").TextContent);
        list.Find("[aria-label='Move c up']").Click();
        list.Render(p => p.Add(l => l.Items, _items));
        Assert.Equal(["b", "c", "a"], list.FindAll(".sortable-item").Select(i => i.TextContent));
    }

    [Fact]
    public void Buttons_AtTheEnds_DoNothing()
    {
        var list = Render();
        Assert.Equal("true", list.Find("[aria-label='Move a up']").GetAttribute("aria-disabled"));
        list.Find("[aria-label='Move a up']").Click();
        list.Find("[aria-label='Move c down']").Click();
        Assert.Equal(["a", "b", "c"], _items);
    }

    [Fact]
    public async Task Drop_OutsideTheList_DoesNothing()
    {
        var list = Render();
        await list.Instance.OnDropped(0, 7, null);
        await list.Instance.OnDropped(-1, 1, null);
        Assert.Equal(["a", "b", "c"], _items);
        await list.Instance.OnDropped(2, 0, null);
        Assert.Equal(["c", "a", "b"], _items);
    }

    [Fact]
    public async Task Disabled_Always_OffersNoMoving()
    {
        var list = Render(disabled: true);
        Assert.Empty(list.FindAll("button, [data-handle]"));
        await list.Instance.OnDropped(0, 1, null);
        Assert.Equal(["a", "b", "c"], _items);
    }

    private IRenderedComponent<SortableList<string>> Render(bool disabled = false)
    {
        Context.JSInterop.SetupModule("./js/sortable.js").Mode = JSRuntimeMode.Loose;
        IRenderedComponent<SortableList<string>>? list = null;
        return list = Context.Render<SortableList<string>>(p => p.Add(l => l.Label, "Rules").Add(l => l.Items, _items).Add(l => l.ItemKey, i => i).Add(l => l.NameOf, i => i)
            .Add(l => l.Disabled, disabled).Add(l => l.Row, (RenderFragment<string>)(i => b => b.AddContent(0, i)))
            .Add(l => l.OnMoved, moved =>
            {
                _items = moved.Apply(_items);
                list!.Render(q => q.Add(l => l.Items, _items));
            }));
    }
}

using System.Text.Json.Nodes;
using Bunit;
using OpenClaw.Portal.Components.Controls.Data;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class ConflictTests : ControlTests
{
    private static readonly JsonObject Original = Parse("""{"name":"Web","enabled":true,"settings":{"url":"a","timeout":60,"list":["x"]}}""");
    private static readonly JsonObject Mine = Parse("""{"name":"Web (mine)","enabled":false,"settings":{"url":"a","timeout":30,"list":["x"]}}""");
    private static readonly JsonObject Theirs = Parse("""{"name":"Web (theirs)","enabled":true,"settings":{"url":"b","timeout":30,"list":["x","y"]}}""");

    [Fact]
    public void Between_BothChanged_NamesOnlyWhatDiffers()
    {
        var field = Assert.Single(Conflict.Between(Original, Mine, Theirs));
        Assert.Equal("name", field.Path);
        Assert.Equal(["settings.url", "settings.list"], Conflict.OnlyTheirs(Original, Mine, Theirs).Select(c => c.Path));
    }

    [Fact]
    public void Notice_TakeTheirsOrKeepMine_MergesTheRest()
    {
        JsonObject? merged = null;
        var notice = Context.Render<ConflictNotice>(p => p.Add(c => c.Base, Original).Add(c => c.Mine, Mine).Add(c => c.Theirs, Theirs).Add(c => c.By, "bo@example.org").Add(c => c.OnResolved, (JsonObject m) => merged = m));
        Assert.Equal("alert", notice.Find("section").GetAttribute("role"));
        Assert.Contains("bo@example.org changed it", notice.Markup, StringComparison.Ordinal);
        notice.Find("footer .primary").Click();
        Assert.Equal("""{"name":"Web (mine)","enabled":false,"settings":{"url":"b","timeout":30,"list":["x","y"]}}""", merged!.ToJsonString());

        notice.FindAll("input[type=radio]")[0].Change(true);
        notice.Find("footer .primary").Click();
        Assert.Equal("Web (theirs)", (string?)merged!["name"]);
        Assert.False((bool)merged["enabled"]!);

        notice.FindAll("footer button")[1].Click();
        Assert.True(JsonNode.DeepEquals(Theirs, merged));
    }

    [Fact]
    public void Diff_AddedRemovedChanged_SaysSoInWords()
    {
        var view = Context.Render<DiffView>(p => p.Add(d => d.Before, Parse("""{"a":1,"b":{"c":"x"},"n":null}""")).Add(d => d.After, Parse("""{"a":2,"d":[1,2]}""")));
        Assert.Equal(["Changed", "Removed", "Added"], view.FindAll(".chip").Select(c => c.TextContent.Trim()));
        Assert.Equal(["a", "b.c", "d"], view.FindAll(".path").Select(c => c.TextContent));
        Assert.Equal("1, 2", view.FindAll("ins")[^1].TextContent);
    }

    [Fact]
    public void Diff_Nothing_SaysSo() =>
        Assert.Contains("Nothing differs.", Context.Render<DiffView>(p => p.Add(d => d.Before, Original).Add(d => d.After, Original.DeepClone().AsObject())).Markup, StringComparison.Ordinal);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}

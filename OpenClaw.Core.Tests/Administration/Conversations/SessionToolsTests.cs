using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Core.Tests.Administration.Conversations;

public sealed class SessionToolsTests
{
    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static string Many(int count, string item) => "[" + string.Join(',', Enumerable.Range(0, count).Select(i => item.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))) + "]";

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"name":"tickets","url":"https://tools.example.com/mcp","tools":["search"]},{"name":"other","url":"http://localhost:3000/mcp"}]""")]
    [InlineData("""[{"type":"function","function":{"name":"f"}},{}]""")]
    [InlineData("""[{"name":"x","url":null},{"name":"x"}]""")]
    public void Demand_ServersAndOtherObjects_Taken(string tools) => SessionTools.Demand(Json(tools));

    [Fact]
    public void Demand_Hundred_Taken() => SessionTools.Demand(Json(Many(100, """{"name":"s#","url":"https://tools.example.com/#"}""")));

    [Theory]
    [InlineData("[5]", "tools[0]")]
    [InlineData("""[{},"echo"]""", "tools[1]")]
    [InlineData("[null]", "tools[0]")]
    [InlineData("[[]]", "tools[0]")]
    [InlineData("{}", "tools")]
    [InlineData("""[{"name":"x","url":"file:///etc"}]""", "tools[0].url")]
    [InlineData("""[{"name":"x","url":"/mcp"}]""", "tools[0].url")]
    [InlineData("""[{"name":"x","url":5}]""", "tools[0].url")]
    [InlineData("""[{"name":"x","url":"https://user:secret@tools.example.com"}]""", "tools[0].url")]
    [InlineData("""[{"url":"https://tools.example.com"}]""", "tools[0].name")]
    [InlineData("""[{"name":" ","url":"https://tools.example.com"}]""", "tools[0].name")]
    [InlineData("""[{"name":"012345678901234567890123456789012345678901234567890123456789012345678901234567891","url":"https://tools.example.com"}]""", "tools[0].name")]
    [InlineData("""[{"name":"x","url":"https://tools.example.com"},{"name":"X","url":"https://tools.example.com/2"}]""", "tools[1].name")]
    [InlineData("""[{"name":"x","url":"https://tools.example.com","tools":"all"}]""", "tools[0].tools")]
    [InlineData("""[{"name":"x","url":"https://tools.example.com","tools":[5]}]""", "tools[0].tools")]
    public void Demand_Wrong_NamesTheField(string tools, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidInputException>(() => SessionTools.Demand(Json(tools))).Field);

    [Fact]
    public void Demand_MoreThanAHundred_Refused() => Assert.Equal("tools", Assert.Throws<InvalidInputException>(() => SessionTools.Demand(Json(Many(101, "{}")))).Field);
}

using OpenClaw.Gateway.Core.Administration.Erasures;

namespace OpenClaw.Core.Tests.Administration.Erasures;

public sealed class PersonMarksTests
{
    private static readonly PersonMarks Ada = new("ada-4711", ["Ada Lovelace", "Ada", ""]);

    [Theory]
    [InlineData("ada-4711", true)]
    [InlineData("talk to ada-4711, please", true)]
    [InlineData("ADA-4711", false)]
    [InlineData("ada-47112", false)]
    [InlineData("xada-4711", false)]
    [InlineData("says ada lovelace.", true)]
    [InlineData("Ada", true)]
    [InlineData("ada", true)]
    [InlineData("Ada likes it", false)]
    [InlineData("Adam", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void AreIn_Text_FindsMarksThatStandByThemselves(string? text, bool found) => Assert.Equal(found, Ada.AreIn(text));

    [Theory]
    [InlineData("17", "17", true)]
    [InlineData("17", "room 17", false)]
    [InlineData("12345", "order 12345", false)]
    [InlineData("123456", "order 123456", true)]
    public void AreIn_ShortNumbers_CountOnlyAsTheWholeText(string user, string text, bool found) => Assert.Equal(found, new PersonMarks(user, []).AreIn(text));

    [Theory]
    [InlineData("""{"user":"ada-4711"}""", true)]
    [InlineData("""{"users":["bob",{"who":"Ada Lovelace"}]}""", true)]
    [InlineData("""{"ada-4711":1}""", true)]
    [InlineData("""{"user":"bob","n":4711}""", false)]
    [InlineData("no json, but ada-4711", true)]
    public void AreInJson_ValuesAndNames_AreLookedAt(string json, bool found) => Assert.Equal(found, Ada.AreInJson(json));
}

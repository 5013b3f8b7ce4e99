using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Core.Tests.Administration.Input;

public sealed class NameRuleTests
{
    [Theory]
    [InlineData("Web chat")]
    [InlineData("Zoë’s <shop> & \"co\"")]
    [InlineData("مرحبا بالعالم")]
    [InlineData("می‌خواهم")]
    [InlineData("👩‍👩‍👧 family")]
    [InlineData("日本語")]
    public void FaultOf_NamesOfAnyScript_Null(string name) => Assert.Null(NameRule.FaultOf(name));

    [Theory]
    [InlineData("")]
    [InlineData("a\u0000b")]
    [InlineData("a\u200Bb")]
    [InlineData("a\uFEFFb")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("a\u2067b")]
    [InlineData("\u200D\u200D")]
    [InlineData("\u3164")]
    [InlineData("a\u2028b")]
    [InlineData("half \uD83D")]
    public void FaultOf_HiddenOrBroken_SaysSo(string name) => Assert.NotNull(NameRule.FaultOf(name));

    [Theory]
    [InlineData("Echo", "ECHO")]
    [InlineData("Echo", "Ec\u200Dho")]
    [InlineData("Zoë", "Zoe\u0308")]
    public void Fold_NamesThatLookTheSame_AreTheSame(string one, string other) => Assert.Equal(NameRule.Fold(one), NameRule.Fold(other));
}

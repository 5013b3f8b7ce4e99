using OpenClaw.Portal.Identity;

namespace OpenClaw.Portal.Tests.Identity;

public sealed class SetupCodeTests
{
    private readonly SetupCode _code = new();

    [Fact]
    public void Matches_AsPrinted_IsTrue() => Assert.True(_code.Matches(_code.Text, out _));

    [Fact]
    public void Matches_AsPeopleType_IsTrue() => Assert.True(_code.Matches($"  {_code.Text.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)} ", out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000-0000")]
    public void Matches_Wrong_IsFalse(string? guess) => Assert.False(_code.Matches(guess, out _));

    [Fact]
    public void Matches_TooManyGuesses_MakesANewCode()
    {
        var first = _code.Text;
        var renewed = false;
        for (var i = 0; i < SetupCode.MaxGuesses; i++) _code.Matches("wrong", out renewed);
        Assert.True(renewed);
        Assert.NotEqual(first, _code.Text);
        Assert.False(_code.Matches(first, out _));
        Assert.True(_code.Matches(_code.Text, out _));
    }
}

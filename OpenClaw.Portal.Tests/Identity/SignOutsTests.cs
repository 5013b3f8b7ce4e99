using System.Security.Claims;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Identity;

namespace OpenClaw.Portal.Tests.Identity;

public sealed class SignOutsTests
{
    private readonly TestClock _clock = new();
    private readonly SignOuts _signOuts;

    public SignOutsTests() => _signOuts = new(_clock);

    [Fact]
    public void End_ASignIn_IsEndedAndTold()
    {
        var told = new List<string>();
        _signOuts.Ended += told.Add;
        _signOuts.End(Person("a"));
        Assert.True(_signOuts.IsEnded(Person("a")));
        Assert.False(_signOuts.IsEnded(Person("b")));
        Assert.Equal(["a"], told);
    }

    [Fact]
    public void End_LongAgo_IsForgotten()
    {
        _signOuts.End(Person("a"));
        _clock.Advance(SignOuts.Lifetime + TimeSpan.FromSeconds(1));
        _signOuts.End(Person("b"));
        Assert.False(_signOuts.IsEnded(Person("a")));
        Assert.True(_signOuts.IsEnded(Person("b")));
    }

    private static ClaimsPrincipal Person(string id) => new(new ClaimsIdentity([new(SignOuts.Claim, id)], "test"));
}

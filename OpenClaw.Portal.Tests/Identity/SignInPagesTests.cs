using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Identity;

/// <summary>Signing in and what belongs to it, over the product's own pages.</summary>
[Trait("Category", "Slow")]
public sealed partial class SignInPagesTests : IAsyncLifetime
{
    private const string Wrong = "wrong horse battery";
    private readonly List<Visitor> _visitors = [];
    private Product _product = null!;
    private Guid _tenant;

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _tenant = _product.Get<ICatalog>().FindTenant("default")!.Id;
    }

    public async Task DisposeAsync()
    {
        foreach (var visitor in _visitors) visitor.Dispose();
        await _product.DisposeAsync();
    }

    [Fact]
    public async Task SignIn_KnownAndUnknownAndResting_AreToldTheSameAtTheSameCost()
    {
        await AddAsync("bob@example.org");
        await AddAsync("tired@example.org");
        for (var i = 0; i < 10; i++) await Visit().SignInAsync("tired@example.org", Wrong);
        var answers = new Dictionary<string, (List<TimeSpan> Times, Answer Last)>(StringComparer.Ordinal);
        foreach (var email in (string[])["bob@example.org", "nobody@example.org", "tired@example.org"])
        {
            var visitor = Visit();
            var (times, last) = (new List<TimeSpan>(), (Answer?)null);
            for (var i = 0; i < 5; i++)
            {
                var began = Stopwatch.GetTimestamp();
                last = await visitor.SignInAsync(email, Wrong);
                times.Add(Stopwatch.GetElapsedTime(began));
            }

            answers[email] = (times, last!);
        }

        Assert.Equal("E-mail address and password do not match an account. After ten wrong passwords an account rests for ten minutes.", AlertOf(answers["bob@example.org"].Last));
        Assert.Single(answers.Values.Select(a => (a.Last.Status, AlertOf(a.Last))).Distinct());
        var fastest = answers.Values.Select(a => a.Times.Min()).ToArray();
        Assert.True(fastest.Max() < fastest.Min() * 10, string.Join(' ', fastest));
        // the right password does not open an account that rests either
        Assert.Equal(HttpStatusCode.OK, (await Visit().SignInAsync("tired@example.org")).Status);
        Assert.Equal((5, 5), (await CountAsync("sign-in.failed", "nobody@example.org"), await CountAsync("sign-in.failed", "bob@example.org")));
        Assert.Equal(7, await CountAsync("sign-in.locked", "tired@example.org"));
    }

    [Fact]
    public async Task SignIn_Succeeds_MakesARowAndACookieThatEndsWithIt()
    {
        var bob = await AddAsync("bob@example.org");
        var visitor = Visit();
        var answer = await visitor.SignInAsync("bob@example.org");
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.Status, answer.Location));
        var cookie = Assert.Single(answer.Cookies, c => c.StartsWith("openclaw=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires=", cookie, StringComparison.OrdinalIgnoreCase);
        await using var db = _product.Get<ISystemDbFactory>().Create();
        var row = await db.SignIns.SingleAsync();
        Assert.Equal((bob, "password", visitor.Address), (row.PersonId, row.Method, row.Address));
        Assert.True(await visitor.IsSignedInAsync());
        var entry = await db.Audit.SingleAsync(a => a.Action == "sign-in.succeeded");
        Assert.Equal((_tenant, bob, visitor.Address), (entry.TenantId, entry.ActorId, entry.Address));

        // a copy of the cookie is worth nothing after the sign-out
        using var copy = Visit();
        foreach (Cookie kept in visitor.Cookies.GetAllCookies()) copy.Cookies.Add(new Cookie(kept.Name, kept.Value, "/", _product.Address.Host));
        Assert.True(await copy.IsSignedInAsync());
        await visitor.SignOutAsync();
        Assert.False(await copy.IsSignedInAsync());
    }

    [Fact]
    public async Task SignIn_Remembered_OutlivesTheBrowser()
    {
        await AddAsync("bob@example.org");
        var answer = await Visit().SignInAsync("bob@example.org", remember: true);
        Assert.Contains("expires=", Assert.Single(answer.Cookies, c => c.StartsWith("openclaw=", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task SignIn_ReturnToAnotherSite_StaysHere(string target)
    {
        await AddAsync("bob@example.org");
        var answer = await Visit().SendAsync("/account/sign-in?returnUrl=" + Uri.EscapeDataString(target), "sign-in", ("Input.Email", "bob@example.org"), ("Input.Password", Product.Password));
        Assert.Equal("/", answer.Location);
    }

    [Fact]
    public async Task EndSignIn_FromElsewhere_EndsItAtOnce()
    {
        await AddAsync("bob@example.org");
        var (here, there, third) = (await InAsync("bob@example.org"), await InAsync("bob@example.org"), await InAsync("bob@example.org"));
        await using var db = _product.Get<ISystemDbFactory>().Create();
        var row = (await db.SignIns.ToListAsync()).Single(s => s.Address == there.Address);
        Assert.Equal(HttpStatusCode.Redirect, (await here.SendAsync("/account/sign-ins", $"end-{row.Id}")).Status);
        Assert.Equal((true, false, true), (await here.IsSignedInAsync(), await there.IsSignedInAsync(), await third.IsSignedInAsync()));
        await here.SendAsync("/account/sign-ins", "end-others");
        Assert.Equal((true, false), (await here.IsSignedInAsync(), await third.IsSignedInAsync()));
        Assert.Equal(2, await CountAsync("sign-in.ended", "bob@example.org"));
    }

    [Fact]
    public async Task ChangePassword_NeedsTheOldOneAndEndsTheOthers()
    {
        await AddAsync("bob@example.org");
        var (here, there) = (await InAsync("bob@example.org"), await InAsync("bob@example.org"));
        var refused = await here.SendAsync("/account", "password", ("Present", Wrong), ("Next", "another long password"), ("Repeat", "another long password"));
        Assert.Contains("This is not your password.", refused.Html, StringComparison.Ordinal);
        Assert.Contains("A password has", (await here.SendAsync("/account", "password", ("Present", Product.Password), ("Next", "short"), ("Repeat", "short"))).Html, StringComparison.Ordinal);
        Assert.Contains("differ", (await here.SendAsync("/account", "password", ("Present", Product.Password), ("Next", "another long password"), ("Repeat", "x"))).Html, StringComparison.Ordinal);
        Assert.True(await there.IsSignedInAsync());
        Assert.Equal("/account?done=password", (await here.SendAsync("/account", "password", ("Present", Product.Password), ("Next", "another long password"), ("Repeat", "another long password"))).Location);
        Assert.Equal((true, false), (await here.IsSignedInAsync(), await there.IsSignedInAsync()));
        Assert.Equal(HttpStatusCode.OK, (await Visit().SignInAsync("bob@example.org")).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await Visit().SignInAsync("bob@example.org", "another long password")).Status);
        Assert.Equal(1, await CountAsync("password.changed", "bob@example.org"));
    }

    [Fact]
    public async Task ChangeEmail_NeedsThePasswordAndMustBeFree()
    {
        await AddAsync("bob@example.org");
        await AddAsync("eve@example.org");
        var here = await InAsync("bob@example.org");
        Assert.Contains("not your password", (await SendEmailAsync(here, "new@example.org", Wrong)).Html, StringComparison.Ordinal);
        Assert.Contains("Another account has this address", (await SendEmailAsync(here, "EVE@example.org", Product.Password)).Html, StringComparison.Ordinal);
        Assert.Contains("not an e-mail address", (await SendEmailAsync(here, "<script>alert(1)</script>", Product.Password)).Html, StringComparison.Ordinal);
        Assert.Equal("/account?done=email", (await SendEmailAsync(here, "new@example.org", Product.Password)).Location);
        Assert.Contains("Account of new@example.org", await here.ReadAsync("/account"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Visit().SignInAsync("NEW@example.org")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Visit().SignInAsync("bob@example.org")).Status);
    }

    [Fact]
    public async Task TwoFactor_IsAskedForAfterThePassword_AndItsSecretsAreEncrypted()
    {
        var bob = await AddAsync("bob@example.org");
        var here = await InAsync("bob@example.org");
        var key = Key().Match(await here.ReadAsync("/account/two-factor")).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("This code is not right", (await here.SendAsync("/account/two-factor", "enable", ("Code", "000 00"))).Html, StringComparison.Ordinal);
        var on = await here.SendAsync("/account/two-factor", "enable", ("Code", Totp.Code(key, TimeProvider.System.GetUtcNow())));
        var codes = Codes().Matches(on.Html).Select(m => m.Value).ToArray();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.True(await here.IsSignedInAsync());

        var next = Visit();
        Assert.StartsWith("/account/sign-in/code?returnUrl=.%2F", (await next.SignInAsync("bob@example.org")).Location, StringComparison.Ordinal);
        Assert.False(await next.IsSignedInAsync());
        Assert.Contains("This code is not right", (await next.SendAsync("/account/sign-in/code", "code", ("Code", "123"))).Html, StringComparison.Ordinal);
        var entered = await next.SendAsync("/account/sign-in/code", "code", ("Code", Totp.Code(key, TimeProvider.System.GetUtcNow())), ("Device", "true"));
        Assert.Equal("/", entered.Location);
        Assert.Contains(entered.Cookies, c => c.StartsWith("openclaw.device=", StringComparison.Ordinal) && c.Contains("httponly", StringComparison.OrdinalIgnoreCase));
        Assert.True(await next.IsSignedInAsync());

        // the remembered device is not asked again, an unknown one is; a recovery code works once
        await EndAllAsync(bob);
        Assert.Equal("/", (await next.SignInAsync("bob@example.org")).Location);
        Assert.Equal("/", (await RecoverAsync(codes[0])).Location);
        Assert.Contains("none of your recovery codes", (await RecoverAsync(codes[0])).Html, StringComparison.Ordinal);
        Assert.Contains("You have 9 recovery codes left", await next.ReadAsync("/account/two-factor"), StringComparison.Ordinal);

        await using var db = _product.Get<ISystemDbFactory>().Create();
        var kept = string.Join('\n', await db.UserTokens.Select(t => t.Value).ToListAsync());
        Assert.DoesNotContain(key, kept, StringComparison.OrdinalIgnoreCase);
        Assert.All(codes, code => Assert.DoesNotContain(code, kept, StringComparison.Ordinal));
        Assert.Equal(1, await db.Audit.CountAsync(a => a.Action == "two-factor.enabled"));
    }

    [Fact]
    public async Task TwoFactor_TakenAwayByTheOwner_EndsTheSignIn_AndThePasswordAloneOpens()
    {
        var bob = await AddAsync("bob@example.org");
        var here = Visit();
        await here.SignInAsync("bob@example.org");
        var key = Key().Match(await here.ReadAsync("/account/two-factor")).Groups["key"].Value;
        await here.SendAsync("/account/two-factor", "enable", ("Code", Totp.Code(key, TimeProvider.System.GetUtcNow())));
        Assert.StartsWith("/account/sign-in/code", (await Visit().SignInAsync("bob@example.org")).Location, StringComparison.Ordinal);
        Assert.Equal(AdminStatus.Done, (await _product.Get<ChangePerson>().RemoveTwoFactorAsync(Caller.System(Guid.Empty), bob)).Status);
        Assert.False(await here.IsSignedInAsync());
        var again = Visit();
        await again.SignInAsync("bob@example.org");
        Assert.True(await again.IsSignedInAsync());
        Assert.NotEqual(key, Key().Match(await again.ReadAsync("/account/two-factor")).Groups["key"].Value);
    }

    [Fact]
    public async Task Account_RemovedByTheOwner_IsSignedOutAndStaysOut()
    {
        var bob = await AddAsync("bob@example.org");
        var here = Visit();
        await here.SignInAsync("bob@example.org");
        Assert.True(await here.IsSignedInAsync());
        Assert.Equal(AdminStatus.Done, (await _product.Get<ChangePerson>().RemoveAsync(Caller.System(Guid.Empty), bob)).Status);
        Assert.False(await here.IsSignedInAsync());
        var again = Visit();
        await again.SignInAsync("bob@example.org");
        Assert.False(await again.IsSignedInAsync());
    }

    [Fact]
    public async Task TwoFactor_SwitchedOff_NeedsThePassword()
    {
        await AddAsync("bob@example.org");
        var here = await InAsync("bob@example.org");
        var key = Key().Match(await here.ReadAsync("/account/two-factor")).Groups["key"].Value;
        await here.SendAsync("/account/two-factor", "enable", ("Code", Totp.Code(key, TimeProvider.System.GetUtcNow())));
        Assert.Contains("not your password", (await here.SendAsync("/account/two-factor", "disable", ("DisablePassword", Wrong))).Html, StringComparison.Ordinal);
        Assert.Equal(10, Codes().Matches((await here.SendAsync("/account/two-factor", "renew", ("RenewPassword", Product.Password))).Html).Select(m => m.Value).Distinct().Count());
        Assert.Equal("/account/two-factor?done=off", (await here.SendAsync("/account/two-factor", "disable", ("DisablePassword", Product.Password))).Location);
        Assert.Equal("/", (await Visit().SignInAsync("bob@example.org")).Location);
    }

    [Fact]
    public async Task SecondStep_WithoutTheFirst_LeadsBack()
    {
        using var answer = await Visit().OpenAsync("/account/sign-in/code");
        Assert.EndsWith("/account/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SuspendedTenant_IsToldAfterTheRightPasswordOnly()
    {
        await AddAsync("bob@example.org");
        var before = await InAsync("bob@example.org");
        await SuspendAsync("Unpaid <b>bill</b>");
        Assert.DoesNotContain("Unpaid", (await Visit().SignInAsync("bob@example.org", Wrong)).Html, StringComparison.Ordinal);
        var refused = await Visit().SignInAsync("bob@example.org");
        Assert.Equal(HttpStatusCode.OK, refused.Status);
        Assert.Contains("Unpaid <b>bill</b>", refused.Html, StringComparison.Ordinal); // decoded by the test: in the page it is text
        using var page = await before.OpenAsync("/t/default/overview");
        Assert.Equal("/account/suspended/default", page.Headers.Location!.ToString());
        Assert.Contains("Unpaid", await before.ReadAsync("/account/suspended/default"), StringComparison.Ordinal);
        Assert.Equal("/", (await Visit().SignInAsync(Product.Owner)).Location);
    }

    [Fact]
    public async Task SuspendedTenant_WithAnotherOne_LeadsThere()
    {
        var bob = await AddAsync("bob@example.org");
        var other = (await _product.Get<CreateTenant>().RunAsync("other")).Value;
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            db.Memberships.Add(new() { PersonId = bob, TenantId = other, Role = TenantRole.Viewer });
            await db.SaveChangesAsync();
        }

        await SuspendAsync("Unpaid");
        var here = await InAsync("bob@example.org");
        using var home = await here.OpenAsync("/");
        Assert.EndsWith("/t/other/overview", home.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_ByLink_WorksOnceAndEndsAllSignIns()
    {
        var bob = await AddAsync("bob@example.org");
        var there = await InAsync("bob@example.org");
        var owner = new Caller(Guid.Empty, ActorKind.Person, Guid.NewGuid(), Product.Owner, Roles.OfOwner);
        var link = (await _product.Get<ResetLinks>().MakeAsync(owner, bob))!.Address.AbsolutePath;
        var visitor = Visit();
        using (var page = await visitor.OpenAsync(link)) Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("A password has", (await visitor.SendAsync(link, "reset", ("Next", "x"), ("Repeat", "x"))).Html, StringComparison.Ordinal);
        Assert.True(await there.IsSignedInAsync());
        Assert.Equal("/account/sign-in?done=reset", (await visitor.SendAsync(link, "reset", ("Next", "another long password"), ("Repeat", "another long password"))).Location);
        Assert.False(await there.IsSignedInAsync());
        Assert.Contains("This link does not work", await visitor.ReadAsync(link), StringComparison.Ordinal);
        Assert.Equal("/", (await Visit().SignInAsync("bob@example.org", "another long password")).Location);
        Assert.Equal(1, await CountAsync("password.reset", "bob@example.org"));
    }

    [Fact]
    public async Task Forgotten_WithoutMail_SaysWhomToAsk() =>
        Assert.Contains("Ask an admin of your tenant", await Visit().ReadAsync("/account/forgotten"), StringComparison.Ordinal);

    [Fact]
    public async Task Invitation_NewPerson_JoinsAndIsIn()
    {
        var link = await InviteAsync("new@example.org", "operator");
        var visitor = Visit();
        Assert.Contains("as an operator", await visitor.ReadAsync(link), StringComparison.Ordinal);
        Assert.Contains("A password has", (await visitor.SendAsync(link, "join", ("Name", "New"), ("Password", "short"), ("Repeat", "short"))).Html, StringComparison.Ordinal);
        var joined = await visitor.SendAsync(link, "join", ("Name", "Ünï <i>"), ("Password", Product.Password), ("Repeat", Product.Password));
        Assert.Equal("/t/default/overview", joined.Location);
        Assert.True(await visitor.IsSignedInAsync());
        Assert.Contains("Already taken", await Visit().ReadAsync(link), StringComparison.Ordinal);
        await using var db = _product.Get<ISystemDbFactory>().Create();
        var person = await db.Users.SingleAsync(p => p.Email == "new@example.org");
        Assert.Equal("Ünï <i>", person.Name);
        Assert.Equal(TenantRole.Operator, (await db.Memberships.SingleAsync(m => m.PersonId == person.Id)).Role);
        Assert.Equal("invitation", (await db.SignIns.SingleAsync(s => s.PersonId == person.Id)).Method);
    }

    [Fact]
    public async Task Invitation_ForAnExistingPerson_IsAcceptedByThemAlone()
    {
        var bob = await AddAsync("bob@example.org", tenant: Guid.NewGuid());
        await AddAsync("eve@example.org");
        var link = await InviteAsync("BOB@example.org", "viewer");
        Assert.Contains("You have an account with this address already", await Visit().ReadAsync(link), StringComparison.Ordinal);
        var eve = await InAsync("eve@example.org");
        Assert.Contains("This invitation is for another address", await eve.ReadAsync(link), StringComparison.Ordinal);
        var visitor = await InAsync("bob@example.org");
        Assert.Equal("/t/default/overview", (await visitor.SendAsync(link, "accept")).Location);
        await using var db = _product.Get<ISystemDbFactory>().Create();
        Assert.Equal(TenantRole.Viewer, (await db.Memberships.SingleAsync(m => m.PersonId == bob && m.TenantId == _tenant)).Role);
    }

    [Theory]
    [InlineData("/account/invitation/nonsense")]
    [InlineData("/account/invitation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Invitation_Guess_IsNothing(string link) => Assert.Contains("This invitation does not work", await Visit().ReadAsync(link), StringComparison.Ordinal);

    [Fact]
    public async Task PasskeyOptions_WithoutTheFormsToken_AreRefused()
    {
        using var client = _product.Client();
        using var answer = await client.PostAsync(new Uri("/account/passkeys/request-options", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Visitor Visit()
    {
        var visitor = new Visitor(_product);
        _visitors.Add(visitor);
        return visitor;
    }

    private async Task<Visitor> InAsync(string email)
    {
        var visitor = Visit();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(email)).Status);
        return visitor;
    }

    private async Task<Answer> RecoverAsync(string code)
    {
        var visitor = Visit();
        await visitor.SignInAsync("bob@example.org");
        return await visitor.SendAsync("/account/sign-in/recovery", "recovery", ("Code", $" {code.ToLowerInvariant()} "));
    }

    private static Task<Answer> SendEmailAsync(Visitor visitor, string email, string password) => visitor.SendAsync("/account", "email", ("Email", email), ("EmailPassword", password));

    private Task<Guid> AddAsync(string email, Guid? tenant = null) => _product.AddPersonAsync(email, tenant ?? _tenant, TenantRole.Viewer);

    private async Task<string> InviteAsync(string email, string role)
    {
        var made = await _product.Get<Invitations>().CreateAsync(Caller.System(_tenant), new(email, role));
        return made.Value!.Link!.AbsolutePath;
    }

    private Task EndAllAsync(Guid person) => _product.Get<OpenClaw.Portal.Identity.Live.LiveSignIns>().EndAllAsync(person, null, default);

    private async Task SuspendAsync(string reason)
    {
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            var tenant = await db.Tenants.SingleAsync(t => t.Id == _tenant);
            (tenant.Suspended, tenant.SuspendedReason) = (true, reason);
            await db.SaveChangesAsync();
        }

        await _product.Get<ICatalog>().ReloadAsync(default);
    }

    private async Task<int> CountAsync(string action, string name)
    {
        await using var db = _product.Get<ISystemDbFactory>().Create();
        return await db.Audit.CountAsync(a => a.Action == action && a.ActorName == name);
    }

    private static string? AlertOf(Answer answer) => Alert().Match(answer.Html) is { Success: true } match ? match.Groups["text"].Value : null;

    [GeneratedRegex("role=\"alert\">.*?<span>(?<text>[^<]+)</span>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Alert();

    [GeneratedRegex("id=\"key\" dir=\"ltr\">(?<key>[^<]+)<", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Key();

    [GeneratedRegex("\\b[A-Z0-9]{5}-[A-Z0-9]{5}\\b", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Codes();
}

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>Identity's manager, with the step after the password to be taken apart from it: what shuts people out is told between the two.</summary>
internal sealed class PersonSignInManager(
    UserManager<Person> people,
    IHttpContextAccessor accessor,
    IUserClaimsPrincipalFactory<Person> principals,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation)
    : SignInManager<Person>(people, accessor, principals, options, logger, schemes, confirmation)
{
    /// <summary>Signs in a person whose first factor was checked, or asks for the second.</summary>
    public Task<SignInResult> ContinueAsync(Person person, bool remember, bool skipsSecondFactor) =>
        SignInOrTwoFactorAsync(person, remember, bypassTwoFactor: skipsSecondFactor);
}

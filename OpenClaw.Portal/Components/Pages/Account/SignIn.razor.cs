using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Sign-in by password. What it says does not tell whether an account exists.</summary>
public sealed partial class SignIn
{
    private const string WrongSentence = "E-mail address and password do not match an account. After ten wrong passwords an account rests for ten minutes.";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private SignInManager<Person> SignInManager { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm]
    private SignInForm Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private string? Fault { get; set; }

    private string Target => PortalPaths.IsLocal(ReturnUrl) ? ReturnUrl! : "/";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Input ??= new();
        if (Http.User.Identity?.IsAuthenticated == true && HttpMethods.IsGet(Http.Request.Method)) Navigation.NavigateTo(Target);
    }

    private async Task SignInAsync()
    {
        var person = await SignInManager.UserManager.FindByEmailAsync(Input.Email.Trim());
        if (person is null)
        {
            // costs as much as a wrong password, so that the time tells nothing either
            SignInManager.UserManager.PasswordHasher.HashPassword(new(), Input.Password);
            Fault = WrongSentence;
            return;
        }

        var result = await SignInManager.PasswordSignInAsync(person, Input.Password, Input.Remember, lockoutOnFailure: true);
        if (result.Succeeded) Navigation.NavigateTo(Target);
        else Fault = WrongSentence;
    }

    /// <summary>The form.</summary>
    private sealed class SignInForm
    {
        [Required(ErrorMessage = "Enter your e-mail address.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Enter your password.")]
        public string Password { get; set; } = "";

        public bool Remember { get; set; }
    }
}

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Carries what was chosen at the first step of signing in to the second, in the address.</summary>
internal static class SecondStep
{
    public static string Address(string page, string target, bool remember) => $"{page}?returnUrl={Uri.EscapeDataString(target)}{(remember ? "&remember=true" : "")}";
}

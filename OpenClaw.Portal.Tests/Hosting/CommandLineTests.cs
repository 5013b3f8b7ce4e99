using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--Urls=http://localhost:5080")]
    [InlineData("--Urls http://localhost:5080 --Data:Directory /tmp")]
    [InlineData("/Urls http://localhost:5080")]
    [InlineData("Urls=http://localhost:5080")]
    public void Parse_Configuration_Runs(string line)
    {
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var call = CommandLine.Parse(args);
        Assert.Null(call.Fault);
        Assert.False(call.Help);
        Assert.Null(call.BackUpTo);
        Assert.Equal(args, call.Configuration);
    }

    [Fact]
    public void Parse_BackUp_KeepsTheFolderOutOfTheConfiguration()
    {
        var call = CommandLine.Parse(["backup", "/srv/copy", "--Data:Directory", "/srv/data"]);
        Assert.Null(call.Fault);
        Assert.Equal("/srv/copy", call.BackUpTo);
        Assert.Equal(["--Data:Directory", "/srv/data"], call.Configuration);
    }

    [Fact]
    public void Parse_ResetPassword_TakesTheAddress()
    {
        var call = CommandLine.Parse(["reset-password", "ada@example.org", "--Data:Directory", "/srv/data"]);
        Assert.Null(call.Fault);
        Assert.Equal("ada@example.org", call.ResetPasswordOf);
        Assert.Equal(["--Data:Directory", "/srv/data"], call.Configuration);
    }

    [Fact]
    public void Parse_RemoveTwoFactor_TakesTheAddress()
    {
        var call = CommandLine.Parse(["remove-two-factor", "ada@example.org", "--Data:Directory", "/srv/data"]);
        Assert.Null(call.Fault);
        Assert.Equal("ada@example.org", call.RemoveTwoFactorOf);
        Assert.Equal(["--Data:Directory", "/srv/data"], call.Configuration);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("remove-two-factor --help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("backup --help")]
    [InlineData("reset-password --help")]
    [InlineData("--Urls=http://localhost:5080 --help")]
    public async Task Parse_Help_EndsWithZero(string line)
    {
        var call = CommandLine.Parse(line.Split(' '));
        Assert.True(call.Help);
        Assert.Equal(0, await call.TellAsync());
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup --Data:Directory=x")]
    [InlineData("backup copy twice")]
    [InlineData("restore copy")]
    [InlineData("reset-password")]
    [InlineData("remove-two-factor")]
    [InlineData("remove-two-factor nobody")]
    [InlineData("reset-password ada")]
    [InlineData("-x")]
    [InlineData("--Urls")]
    [InlineData("--Urls=http://localhost:5080 backup copy")]
    public async Task Parse_WhatIsNotThere_EndsWithTwo(string line)
    {
        var call = CommandLine.Parse(line.Split(' '));
        Assert.NotNull(call.Fault);
        Assert.Equal(2, await call.TellAsync());
    }
}
